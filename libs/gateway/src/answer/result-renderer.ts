import { findStruct, type MethodSchema, type Schema } from '@nestjs-thrift/idl/http';
import { type Answer, BYTES_TYPE, hasNoBody, JSON_TYPE } from './answer.js';
import type { CookieOptions } from './cookie.js';
import { FieldsRenderer, type Remark } from './fields-renderer.js';
import { type JsonWriter, type JsonWriters, ownValue } from './json-writers.js';

/** How results are sent. */
export interface ResultOptions {
  /** Attributes of cookies by name. */
  readonly cookies: Readonly<Record<string, CookieOptions>>;
  /** Status of a result whose `baseResp` or `BaseResp` has a `StatusCode` other than 0; `undefined` for no such rule. */
  readonly baseRespStatus: number | undefined;
}

/** Turns the results of one method into answers. */
export class ResultRenderer {
  readonly #empty: Answer;
  readonly #fields: FieldsRenderer | undefined;
  readonly #write: JsonWriter | undefined;
  readonly #baseRespStatus: number | undefined;

  constructor(
    { oneway, returns }: MethodSchema,
    schema: Schema,
    writers: JsonWriters,
    { cookies, baseRespStatus }: ResultOptions,
  ) {
    this.#empty = { status: oneway ? 202 : 204, headers: [], body: undefined };
    this.#baseRespStatus = baseRespStatus;
    if (returns?.kind === 'struct') {
      this.#fields = new FieldsRenderer(findStruct(schema, returns.ref), writers, cookies);
    } else if (returns !== undefined) {
      this.#write = writers.type(returns);
    }
  }

  /** @param remark takes what could not be sent as the IDL says */
  render(result: unknown, remark: Remark): Answer {
    if (this.#fields !== undefined) {
      return this.#renderFields(this.#fields, result as object, remark);
    }
    if (this.#write !== undefined) {
      return { status: 200, headers: [['Content-Type', JSON_TYPE]], body: this.#write(result) };
    }
    return this.#empty;
  }

  #renderFields(fields: FieldsRenderer, result: object, remark: Remark): Answer {
    const { status: own, headers, bytes, members } = fields.render(result, remark);
    const status = own ?? this.#failureStatus(result) ?? 200;
    if (hasNoBody(status)) {
      return { status, headers, body: undefined };
    }
    if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) {
      headers.push(['Content-Type', bytes === undefined ? JSON_TYPE : BYTES_TYPE]);
    }
    return { status, headers, body: bytes ?? `{${members}}` };
  }

  #failureStatus(result: object): number | undefined {
    if (this.#baseRespStatus === undefined) {
      return undefined;
    }
    const base = ownValue(result, 'baseResp') ?? ownValue(result, 'BaseResp');
    const code = typeof base === 'object' && base !== null ? ownValue(base, 'StatusCode') : 0;
    return Number(code ?? 0) === 0 ? undefined : this.#baseRespStatus;
  }
}
