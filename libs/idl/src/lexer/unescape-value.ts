const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['r', '\r'],
  ['n', '\n'],
  ['t', '\t'],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
]);

/** An escape: of a character by its number in two, four or eight hexadecimal digits, or of one letter. */
const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g;

const LAST_ASCII = 0x7f;
const LAST_CODE_POINT = 0x10ffff;

/**
 * The text of a literal that is a value: Thrift's six escapes, and those of Go, which Kitex leaves to its compiler.
 *
 * @param report takes an escape without a meaning, by its index in the literal
 */
export function unescapeValue(
  inner: string,
  report: (index: number, message: string) => void,
): string {
  if (!inner.includes('\\')) {
    return inner;
  }
  return inner.replace(
    ESCAPE,
    (
      written: string,
      byte: string | undefined,
      unit: string | undefined,
      point: string | undefined,
      letter: string | undefined,
      index: number,
    ) => {
      const code = Number.parseInt(byte ?? unit ?? point ?? '', 16);
      const text = letter === undefined ? character(code, byte !== undefined) : ESCAPES.get(letter);
      if (text === undefined) {
        report(
          index,
          `${JSON.stringify(written).slice(1, -1).replaceAll('\\\\', '\\')} is not an escape`,
        );
      }
      return text ?? written;
    },
  );
}

/** In Go `\\x80` is a byte that is not a character by itself, and half a surrogate pair is none either. */
function character(code: number, isByte: boolean): string | undefined {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code > LAST_CODE_POINT || isSurrogate || (isByte && code > LAST_ASCII)) {
    return undefined;
  }
  return String.fromCodePoint(code);
}
