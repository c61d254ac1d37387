import pico from 'picocolors';
import type { CommandIo, OutputStream } from './command-io.js';

/** Colours for a stream; plain text unless it is a terminal, and never with `NO_COLOR`. */
export function colorsFor(
  stream: OutputStream,
  { env }: CommandIo,
): ReturnType<typeof pico.createColors> {
  const refused = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  return pico.createColors(stream.isTTY === true && !refused && env.TERM !== 'dumb');
}
