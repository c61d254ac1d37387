/**
 * Takes the messages of a stream into an array; leaves the stream after `most` of them, which cancels it.
 *
 * @param most 1 or more. @defaultValue all
 * @throws what the stream fails with.
 * @example
 * expect(await collect(chat.Ask({ question: 'Why?' }))).toEqual([{ text: 'because' }]);
 */
export async function collect<T>(stream: AsyncIterable<T>, most = Infinity): Promise<T[]> {
  const messages: T[] = [];
  for await (const message of stream) {
    messages.push(message);
    if (messages.length >= most) {
      break;
    }
  }
  return messages;
}
