/** Whether this process may make code from strings; `--disallow-code-generation-from-strings` forbids it. */
export function canGenerateCode(): boolean {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- trying is the only way to know
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}
