const texts = new WeakMap<object, string>();

/**
 * Remembers that an error rejects the payload of a request, whatever its class: an application chooses what its callers
 * get. Servers report such requests as rejected, not as failures of the handler, which did not run.
 *
 * @param text what is wrong with the payload.
 */
export function markInvalidPayload(error: unknown, text: string): void {
  if (typeof error === 'object' && error !== null) {
    texts.set(error, text);
  }
}

/** What is wrong with the payload that an error rejects; `undefined` for every other error. */
export function invalidPayloadText(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? texts.get(error) : undefined;
}
