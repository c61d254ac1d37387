/** A mocked client was called for something nobody programmed. */
export class UnexpectedCallError extends Error {
  override readonly name = 'UnexpectedCallError';

  constructor(
    /** Name of the service in the IDL. */
    readonly service: string,
    /** Name of the method in the IDL. */
    readonly method: string,
  ) {
    super(
      `${service}.${method} was called and has no answer; give it one with mock.when('${method}').resolves(…)`,
    );
  }
}
