import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandIo } from '../terminal/terminal.js';
import type { CallableMethod } from './method-shapes.js';
import { argumentsOf, parsePayload, type PayloadWords, readPayload } from './payload.js';
import { textLines } from './text-lines.js';

/**
 * The messages of a stream of the client, read as they are needed: one JSON per line from standard input, or with `@file` from a
 * file; or one message, given as any payload.
 *
 * @throws CommandFailure that names the line that is not JSON or does not fit the IDL
 */
export async function* readMessages(
  words: PayloadWords,
  { definition, parameters }: CallableMethod,
  io: CommandIo,
): AsyncGenerator<unknown> {
  const [name = ''] = definition.parameters;
  const messageOf = (json: unknown) => argumentsOf(json, definition.name, parameters)[name];
  const [payload = '-'] = words;
  if (words.length > 1 || (payload !== '-' && !payload.startsWith('@'))) {
    yield messageOf(await readPayload(words, parameters, io));
    return;
  }
  const source = payload === '-' ? 'standard input' : payload.slice(1);
  const input = payload === '-' ? io.stdin : createReadStream(resolve(io.cwd, source));
  let number = 0;
  for await (const line of textLines(input, source)) {
    number += 1;
    if (line.trim() !== '') {
      yield messageOf(parsePayload(line, `${source}:${number}`));
    }
  }
}
