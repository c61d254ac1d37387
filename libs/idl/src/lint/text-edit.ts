/** Replaces the text from `start` up to `end`, both offsets in UTF-16 units; nothing to insert removes it. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Applies fixes, each a list of edits that belong together. A fix that would touch what another one has changed is left
 * out: it finds its place on the next look at the text.
 */
export function applyFixes(text: string, fixes: readonly (readonly TextEdit[])[]): string {
  const taken: TextEdit[] = [];
  for (const fix of fixes) {
    if (!fix.some((edit) => taken.some((other) => touches(edit, other)))) taken.push(...fix);
  }
  // From the end on, so that the offsets of the edits still to come stay right.
  return taken
    .sort((a, b) => b.start - a.start)
    .reduce(
      (fixed, { start, end, text: inserted }) =>
        fixed.slice(0, start) + inserted + fixed.slice(end),
      text,
    );
}

function touches(a: TextEdit, b: TextEdit): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** Whether there may be a comment in a part of a text, which an edit would take away. */
export function mayHoldComment(text: string, start: number, end: number): boolean {
  return /\/\/|\/\*|#/.test(text.slice(start, end));
}

/** Takes out what goes from `start` to `end`, with its line if nothing else stands there. */
export function removeLine(text: string, start: number, end: number): TextEdit {
  const before = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const after = /^[ \t]*[,;]?[ \t]*(\r\n|\r|\n|$)/.exec(text.slice(end))?.[0].length;
  const lineStart = start - before;
  const alone = lineStart === 0 || /[\r\n\ufeff]/.test(text.charAt(lineStart - 1));
  if (!alone || after === undefined) return { start, end, text: '' };
  return { start: lineStart, end: end + after, text: '' };
}

/** Takes out a word, with the blanks before the next one if nothing else is there. */
export function removeToken(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  next: { readonly start: number },
): TextEdit {
  const blank = text.slice(end, next.start).trim() === '';
  return { start, end: blank ? next.start : end, text: '' };
}
