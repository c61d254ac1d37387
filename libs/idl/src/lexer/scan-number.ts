import { Code, isDigit, isHexDigit } from './characters.js';

export interface ScannedNumber {
  readonly kind: 'integer' | 'double';
  readonly end: number;
}

/** End and kind of the number that begins at `start`; `undefined` if none does. */
export function scanNumber(text: string, start: number): ScannedNumber | undefined {
  const first = text.charCodeAt(start);
  const signed = first === Code.plus || first === Code.minus;
  const digits = signed ? start + 1 : start;
  return scanPrefixed(text, digits) ?? scanDecimal(text, digits);
}

/** `0x1F`, and thriftgo's `0o17`. */
function scanPrefixed(text: string, start: number): ScannedNumber | undefined {
  if (text.charCodeAt(start) !== Code.zero) {
    return undefined;
  }
  const letter = text.charCodeAt(start + 1);
  if (letter === Code.lowerX) {
    return scanDigitsAfterPrefix(text, start + 2, isHexDigit);
  }
  if (letter === Code.lowerO) {
    return scanDigitsAfterPrefix(text, start + 2, isOctalDigit);
  }
  return undefined;
}

function scanDigitsAfterPrefix(
  text: string,
  start: number,
  accepts: (code: number) => boolean,
): ScannedNumber | undefined {
  const end = skip(text, start, accepts);
  return end === start ? undefined : { kind: 'integer', end };
}

function scanDecimal(text: string, start: number): ScannedNumber | undefined {
  const whole = skip(text, start, isDigit);
  let end = whole;
  // A dot needs a digit behind it, or it belongs to something else.
  if (text.charCodeAt(end) === Code.dot && isDigit(text.charCodeAt(end + 1))) {
    end = skip(text, end + 1, isDigit);
  }
  if (end === start) {
    return undefined;
  }
  const exponent = scanExponent(text, end);
  return { kind: exponent === whole ? 'integer' : 'double', end: exponent };
}

/** Behind the exponent that begins at `start`, or `start` if none does. */
function scanExponent(text: string, start: number): number {
  const letter = text.charCodeAt(start);
  if (letter !== Code.lowerE && letter !== Code.upperE) {
    return start;
  }
  const sign = text.charCodeAt(start + 1);
  const digits = sign === Code.plus || sign === Code.minus ? start + 2 : start + 1;
  const end = skip(text, digits, isDigit);
  return end === digits ? start : end;
}

function skip(text: string, start: number, accepts: (code: number) => boolean): number {
  let end = start;
  while (accepts(text.charCodeAt(end))) {
    end += 1;
  }
  return end;
}

function isOctalDigit(code: number): boolean {
  return code >= Code.zero && code <= Code.zero + 7;
}
