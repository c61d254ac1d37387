const LETTER = 1;
const DIGIT = 2;
const HEX_LETTER = 4;
const BLANK = 8;
const SYMBOL = 16;

const classes = new Uint8Array(128);
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', LETTER);
mark('abcdefABCDEF', HEX_LETTER);
mark('0123456789', DIGIT);
mark(' \t\r\n\v\f', BLANK);
mark(':;,{}()=<>[]*&-/', SYMBOL);

function mark(characters: string, flag: number): void {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    classes[code] = (classes[code] ?? 0) | flag;
  }
}

/** `charCodeAt` gives NaN past the end, which belongs to no class and must not be looked up: one look would slow down all others. */
function has(code: number, flags: number): boolean {
  return code < classes.length && ((classes[code] ?? 0) & flags) !== 0;
}

export const isNameStart = (code: number): boolean => has(code, LETTER);
export const isNamePart = (code: number): boolean => has(code, LETTER | DIGIT);
export const isDigit = (code: number): boolean => has(code, DIGIT);
export const isHexDigit = (code: number): boolean => has(code, DIGIT | HEX_LETTER);
export const isBlank = (code: number): boolean => has(code, BLANK);
export const isSymbol = (code: number): boolean => has(code, SYMBOL);

export const Code = {
  lineFeed: 10,
  carriageReturn: 13,
  doubleQuote: 34,
  hash: 35,
  singleQuote: 39,
  star: 42,
  plus: 43,
  minus: 45,
  dot: 46,
  slash: 47,
  zero: 48,
  upperE: 69,
  backslash: 92,
  lowerE: 101,
  lowerO: 111,
  lowerX: 120,
  byteOrderMark: 0xfeff,
} as const;
