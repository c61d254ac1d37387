import { resultMapping, type StructSchema, type TypeSchema } from '@nestjs-thrift/idl/http';
import { isHeaderValue, isStatus } from './answer.js';
import { type CookieOptions, setCookie } from './cookie.js';
import {
  base64Of,
  type JsonMember,
  type JsonWriter,
  type JsonWriters,
  ownValue,
  writeMembers,
} from './json-writers.js';

/** Takes a remark about a result that could not be sent as the IDL says. */
export type Remark = (message: string) => void;

/** What the fields of a result or of an exception become. */
export interface RenderedFields {
  /** The value of the field with `api.http_code`, if it is a status. */
  readonly status: number | undefined;
  readonly headers: (readonly [name: string, value: string])[];
  /** The value of the field with `api.raw_body`. */
  readonly bytes: Uint8Array | undefined;
  /** The members of the body as JSON, without the braces. */
  readonly members: string;
}

/** A field that is a header or a cookie. */
interface HeaderField {
  readonly field: string;
  readonly header: string;
  /** As remarks call it. */
  readonly label: string;
  readonly write: (value: unknown) => string | undefined;
}

/** Maps the fields of a struct to status, headers, cookies and body. */
export class FieldsRenderer {
  /** Keys that the body may have. */
  readonly keys: ReadonlySet<string>;
  readonly #members: readonly JsonMember[];
  readonly #headers: readonly HeaderField[];
  readonly #statusField: string | undefined;
  readonly #bytesField: string | undefined;

  /** @param first name of the field whose member comes before all others, which are in the order of the IDL */
  constructor(
    { fields }: StructSchema,
    writers: JsonWriters,
    cookies: Readonly<Record<string, CookieOptions>>,
    first?: string,
  ) {
    const members: JsonMember[] = [];
    const headers: HeaderField[] = [];
    const keys = new Set<string>();
    for (const field of fields) {
      const mapping = resultMapping(field);
      const { name } = field;
      const text = textWriter(field.type, writers.field(field));
      switch (mapping.kind) {
        case 'body':
          members.push(writers.member(field, mapping.key));
          keys.add(mapping.key);
          break;
        case 'header':
          headers.push({
            field: name,
            header: mapping.name,
            label: `header ${mapping.name}`,
            write: text,
          });
          break;
        case 'cookie': {
          const cookie = mapping.name;
          const options = Object.hasOwn(cookies, cookie) ? cookies[cookie] : undefined;
          const write = (value: unknown) => setCookie(cookie, text(value), options);
          headers.push({ field: name, header: 'Set-Cookie', label: `cookie ${cookie}`, write });
          break;
        }
        case 'status':
          this.#statusField = name;
          break;
        case 'raw-body':
          this.#bytesField = name;
          break;
        case 'none':
          break;
      }
    }
    const isFirst = (member: JsonMember) => member.name === first;
    this.#members = [...members.filter(isFirst), ...members.filter((each) => !isFirst(each))];
    this.#headers = headers;
    this.keys = keys;
  }

  /** Renders a value. @param remark takes what was left out, and why */
  render(value: object, remark: Remark): RenderedFields {
    const bytes = this.#bytesField === undefined ? undefined : ownValue(value, this.#bytesField);
    return {
      status:
        this.#statusField === undefined ? undefined : statusOf(value, this.#statusField, remark),
      headers: this.#headers.length === 0 ? [] : this.#headersOf(value, remark),
      bytes: bytesOf(bytes),
      members: writeMembers(this.#members, value),
    };
  }

  #headersOf(value: object, remark: Remark): (readonly [string, string])[] {
    const headers: (readonly [string, string])[] = [];
    for (const { field, header, label, write } of this.#headers) {
      const part = ownValue(value, field);
      if (part === undefined || part === null) {
        continue;
      }
      const text = write(part);
      if (text === undefined || !isHeaderValue(text)) {
        remark(`the ${label} was left out: its value has characters that it cannot have`);
      } else {
        headers.push([header, text]);
      }
    }
    return headers;
  }
}

function statusOf(value: object, field: string, remark: Remark): number | undefined {
  const given = ownValue(value, field);
  if (given === undefined || given === null) {
    return undefined;
  }
  const status: number = Number(given as bigint);
  if (isStatus(status)) {
    return status;
  }
  // 0 is what a service sends by default.
  if (status !== 0) {
    remark(`the status ${String(given as bigint)} is not between 200 and 599`);
  }
  return undefined;
}

/** The text of a value outside of JSON: without quotes, lists with commas between their elements. */
function textWriter(type: TypeSchema, writeJson: JsonWriter): (value: unknown) => string {
  switch (type.kind) {
    case 'list':
    case 'set': {
      const { kind } = type.element;
      return kind === 'struct' || kind === 'map' || kind === 'list' || kind === 'set'
        ? writeJson
        : (value) => Array.from(value as Iterable<unknown>, plainText).join(',');
    }
    case 'struct':
    case 'map':
      return writeJson;
    default:
      return plainText;
  }
}

function plainText(value: unknown): string {
  return value instanceof Uint8Array ? base64Of(value) : String(value as bigint);
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  return value instanceof Uint8Array ? value : Buffer.from(String(value as string));
}
