/** Methods of which a stream was abandoned. */
const reported = new Set<string>();

/**
 * Reports a stream that was given up before any code iterated its messages, nearly always a mistake: no code learns of its error, and until
 * then it kept a connection. Once for each method.
 */
export function reportAbandoned(label: string, error: Error): void {
  if (reported.has(label)) {
    return;
  }
  reported.add(label);
  // log warning: No code iterated the messages of a stream, which was cancelled by its time limit. Code `THRIFT_STREAM_ABANDONED`; once
  // for each method.
  const message = `A stream of ${label} was abandoned: no code iterated its messages. Iterate a stream, or call cancel(). ${error.message}`;
  process.emitWarning(message, { code: 'THRIFT_STREAM_ABANDONED' });
}
