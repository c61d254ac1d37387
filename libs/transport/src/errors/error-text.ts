/** Longer texts are cut: what a function of the application threw must not fill a log. */
const MAX_LENGTH = 4_096;

/** The text of whatever was thrown. Never throws itself: values without a prototype and the like have no text. */
export function errorText(error: unknown): string {
  try {
    const text = String(error);
    return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  } catch {
    return `a thrown ${typeof error} without a text`;
  }
}

/** The whole message of whatever was thrown, or its text if it has none. Never throws itself. */
export function errorMessage(error: unknown): string {
  try {
    const message = (error as { message?: unknown } | null | undefined)?.message;
    return typeof message === 'string' ? message : errorText(error);
  } catch {
    return errorText(error);
  }
}
