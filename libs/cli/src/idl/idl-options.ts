import type { LoadOptions } from '@nestjs-thrift/idl';
import { Option } from 'commander';

/** What the options of a command say about loading IDL. */
export interface IdlOptions {
  readonly include: readonly string[];
  readonly implicitFieldIds?: LoadOptions['implicitFieldIds'];
}

/** Options of a command that calls methods. */
export interface IdlFileOptions extends IdlOptions {
  /** Files and folders. */
  readonly idl: readonly string[];
}

/** For an option that may be given several times: all its values. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

/** `--idl`, `--include` and `--implicit-field-ids`. */
export function idlOptions(): Option[] {
  return [
    new Option('--idl <path>', 'the .thrift file or folder of the service; can be repeated')
      .argParser(collect)
      .default([], 'that of the target'),
    includeOption(),
    implicitFieldIdsOption(),
  ];
}

/** `--include`. */
export function includeOption(): Option {
  return new Option('-I, --include <folder>', 'look for included files here too; can be repeated')
    .argParser(collect)
    .default([]);
}

/** `--implicit-field-ids`. */
export function implicitFieldIdsOption(): Option {
  return new Option(
    '--implicit-field-ids <compiler>',
    'number fields without an id as this compiler does (default: they are errors)',
  ).choices(['apache', 'kitex']);
}
