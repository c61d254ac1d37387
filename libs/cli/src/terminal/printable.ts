const MAX_SHOWN = 200;

/** Text of a peer on one line: no control characters, which could steer a terminal, and not more than anybody reads. */
export function printable(text: string): string {
  const shown = text.slice(0, MAX_SHOWN).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return text.length > MAX_SHOWN ? `${shown}…` : shown;
}

/** The text of an error; attempts on several addresses fail together without one. */
export function errorText(error: unknown): string {
  const { message, code } = error as { message?: unknown; code?: unknown };
  const text = typeof message === 'string' && message !== '' ? message : String(code ?? error);
  return printable(text);
}

/** Milliseconds as they are shown. */
export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
