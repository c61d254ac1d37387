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
  const pieces: string[] = [];
  let taken = 0;
  let end = -1;
  for (const edits of fixes.map(inOrder).sort((a, b) => startOf(a) - startOf(b))) {
    if (startOf(edits) <= end) {
      continue;
    }
    for (const edit of edits) {
      pieces.push(text.slice(taken, edit.start), edit.text);
      taken = edit.end;
    }
    end = taken;
  }
  pieces.push(text.slice(taken));
  return pieces.join('');
}

function inOrder(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((a, b) => a.start - b.start);
}

function startOf([first]: readonly TextEdit[]): number {
  return first?.start ?? 0;
}

/** Whether there may be a comment in a part of a text, which an edit would take away. */
export function mayHoldComment(text: string, start: number, end: number): boolean {
  return /\/\/|\/\*|#/.test(text.slice(start, end));
}

/** Takes out what goes from `start` to `end`, with its line if nothing else stands there. */
export function removeLine(text: string, start: number, end: number): TextEdit {
  let lineStart = start;
  while (/[ \t]/.test(text.charAt(lineStart - 1))) {
    lineStart -= 1;
  }
  const after = /^[ \t]*[,;]?[ \t]*(\r\n|\r|\n|$)/.exec(text.slice(end))?.[0].length;
  const alone = lineStart === 0 || /[\r\n\ufeff]/.test(text.charAt(lineStart - 1));
  if (!alone || after === undefined) {
    return { start, end, text: '' };
  }
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
