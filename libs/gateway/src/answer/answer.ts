/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  /** Headers in order; names may repeat. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Text, bytes, or nothing. */
  readonly body: string | Uint8Array | undefined;
}

/** Content type of the JSON that the gateway writes. */
export const JSON_TYPE = 'application/json; charset=utf-8';
/** Content type of problem details (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
/** Content type of a result that is bytes. */
export const BYTES_TYPE = 'application/octet-stream';

const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a number can be the status of an answer: no interim one, and of a class that HTTP knows. */
export function isStatus(status: unknown): status is number {
  return Number.isInteger(status) && (status as number) >= 200 && (status as number) <= 599;
}

/** Whether responses with a status are empty. */
export function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** Whether a text can be the value of a header: latin1 without control characters. */
export function isHeaderValue(value: string): boolean {
  return HEADER_VALUE.test(value);
}
