import { UnknownFormError } from './constraints.js';

/**
 * What is read, or `undefined` for an annotation in a form that this validator does not have.
 *
 * @throws {AnnotationError} for an annotation that is wrong
 */
export function unlessUnknown<T>(
  onUnknown: (message: string) => void,
  read: () => T,
): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnknownFormError)) {
      throw error;
    }
    onUnknown(error.message);
    return undefined;
  }
}
