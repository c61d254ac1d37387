/**
 * Text of a doc comment: without the comment signs, the stars that lead its lines, the indentation its lines share
 * and the blank lines around it. `undefined` if nothing is left.
 */
export function cleanDocComment(raw: string): string | undefined {
  const [first = '', ...rest] = stripStars(raw.slice(1, -1)).split(/\r\n|\r|\n/);
  const written = rest.filter((line) => line.trim() !== '');
  const starred = written.length > 0 && written.every((line) => line.trimStart().startsWith('*'));
  const body = starred ? rest.map(withoutLeadingStar) : rest;
  const indent = sharedIndent(body);
  const lines = [first.trim(), ...body.map((line) => line.slice(indent).trimEnd())];
  while (lines[0] === '') {
    lines.shift();
  }
  while (lines.at(-1) === '') {
    lines.pop();
  }
  return lines.length === 0 ? undefined : lines.join('\n');
}

function stripStars(text: string): string {
  let start = 0;
  let end = text.length;
  while (text[start] === '*') {
    start += 1;
  }
  while (end > start && text[end - 1] === '*') {
    end -= 1;
  }
  return text.slice(start, end);
}

function withoutLeadingStar(line: string): string {
  const text = line.trimStart();
  return text.startsWith('*') ? text.slice(1) : text;
}

function sharedIndent(lines: readonly string[]): number {
  let shared = Infinity;
  for (const line of lines) {
    const text = line.trimStart();
    if (text !== '') {
      shared = Math.min(shared, line.length - text.length);
    }
  }
  return shared === Infinity ? 0 : shared;
}
