const ESCAPES: Readonly<Record<string, string>> = {
  r: '\r',
  n: '\n',
  t: '\t',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/**
 * What a literal's inner text means. Escapes outside Thrift's six keep their backslash, as thriftgo has it: regular
 * expressions in annotations are written that way.
 */
export function unescapeLiteral(inner: string): string {
  if (!inner.includes('\\')) return inner;
  return inner.replace(
    /\\([\s\S])/g,
    (written, character: string) => ESCAPES[character] ?? written,
  );
}
