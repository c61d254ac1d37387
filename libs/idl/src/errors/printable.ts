const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const INVISIBLE = /[\p{C}\p{Z}]/u;

const CONTROL_PICTURES = 0x2400;
const SPACE = 0x20;

/** What people know characters by that do not show. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, 'null'],
  [0x1b, 'escape'],
  [0x7f, 'delete'],
  [0xa0, 'no-break space'],
  [0xad, 'soft hyphen'],
  [0x200b, 'zero width space'],
  [0x200e, 'left-to-right mark'],
  [0x202e, 'right-to-left override'],
  [0x2028, 'line separator'],
  [0x3000, 'ideographic space'],
  [0xfeff, 'byte order mark'],
]);

/** Text of an IDL file for a terminal: what would steer it becomes a picture of one column. Tabs stay. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\t') {
      return character;
    }
    const picture = code < SPACE ? String.fromCharCode(CONTROL_PICTURES + code) : '\ufffd';
    return picture.padEnd(character.length, '\ufffd');
  });
}

/** Characters that mean nothing in Thrift, quoted; those that do not show by their code points. */
export function describeCharacters(text: string): string {
  const hidden = INVISIBLE.exec(text)?.[0];
  if (hidden === undefined) {
    return JSON.stringify(text);
  }
  const code = hidden.codePointAt(0) ?? 0;
  const name = NAMES.get(code);
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  return `character U+${hex}${name === undefined ? '' : ` (${name})`}`;
}
