import type { Annotations } from '@nestjs-thrift/idl';

/** What a doc comment is made from. */
export interface Documented {
  readonly doc?: string;
  readonly annotations: Annotations;
}

/**
 * The TSDoc comment of a definition, or nothing if there is nothing to say. The annotation `deprecated` becomes the tag.
 */
export function docComment({ doc, annotations }: Documented, indent = ''): string {
  const lines = doc === undefined ? [] : doc.split('\n');
  const deprecated = annotations.deprecated?.at(-1);
  if (deprecated !== undefined && deprecated !== 'false') {
    // A bare annotation has the value "1", which explains nothing.
    const reason = deprecated === '1' || deprecated === 'true' ? '' : ` ${oneLine(deprecated)}`;
    lines.push(`@deprecated${reason}`);
  }
  return blockComment(lines, indent);
}

/** Lines as a doc comment; a single line stays on one. */
export function blockComment(lines: readonly string[], indent = ''): string {
  const safe = lines.map((line) => line.trimEnd().replaceAll('*/', '*\\/'));
  if (safe.length === 0) {
    return '';
  }
  if (safe.length === 1) {
    return `${indent}/** ${safe[0]} */\n`;
  }
  const body = safe.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`);
  return `${indent}/**\n${body.join('')}${indent} */\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
