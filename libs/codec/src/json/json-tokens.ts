// The tokens of JSON, and of what is read in addition: JSON5. Patterns are sticky: they match where the parser is.
export const SPACE = /[ \t\n\r]*/y;
/** Also what JSON5 skips: comments, and every white space of ECMAScript. */
export const RELAXED_SPACE = /(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\/)*/y;
export const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
export const RELAXED_NUMBER =
  /[+-]?(?:0[xX][\da-fA-F]+|Infinity|NaN|(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/y;
export const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
// What ends a string, and what may not be part of one.
// eslint-disable-next-line no-control-regex
export const PLAIN = /[^"\\\u0000-\u001f]*/y;
// eslint-disable-next-line no-control-regex
export const PLAIN_SINGLE = /[^'\\\u0000-\u001f]*/y;
export const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
export const RELAXED_ESCAPES: Readonly<Record<string, string>> = {
  ...ESCAPES,
  "'": "'",
  v: '\v',
  0: '\0',
  '\n': '',
};
/** Literals by their first letter. */
export const LITERALS: ReadonlyMap<string | undefined, readonly [string, null | boolean]> = new Map(
  [
    ['t', ['true', true]],
    ['f', ['false', false]],
    ['n', ['null', null]],
  ],
);
