import type { HeaderInfo } from '@nestjs-thrift/transport';

/** What a TTHeader carried, as it came: string keys with their prefixes, integer keys with their numbers. */
export interface TTHeaders {
  readonly strings: Readonly<Record<string, string>>;
  readonly ints: Readonly<Record<number, string>>;
}

export function headersOf(info: HeaderInfo): TTHeaders {
  return {
    strings: Object.fromEntries(info.strings()),
    ints: Object.fromEntries(info.ints()),
  };
}
