import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import { systemReason } from '../terminal/system-reason.js';

/** The next line is kept until it ends. */
const MAX_LINE = 256 * 2 ** 20;

/**
 * The lines of a text, read as they are taken.
 *
 * @param source what messages call the input
 * @throws CommandFailure if the input cannot be read, or has a line that is too long
 */
export async function* textLines(
  input: AsyncIterable<string | Uint8Array>,
  source: string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of readable(input, source)) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const [first = '', ...others] = text.split('\n');
    rest += first;
    if (rest.length > MAX_LINE) {
      throw new CommandFailure(
        EXIT_CODES.INPUT,
        `${source} has a line of more than ${MAX_LINE} characters`,
      );
    }
    for (const line of others) {
      yield rest;
      rest = line;
    }
  }
  yield rest + decoder.decode();
}

async function* readable<Chunk>(
  input: AsyncIterable<Chunk>,
  source: string,
): AsyncGenerator<Chunk> {
  try {
    yield* input;
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${source}: ${systemReason(error)}`);
  }
}
