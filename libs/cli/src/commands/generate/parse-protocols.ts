import type { CodecProtocol } from '@nestjs-thrift/codec/compiler';
import { InvalidArgumentError } from 'commander';

const PROTOCOLS: readonly string[] = ['binary', 'compact'] satisfies CodecProtocol[];

/**
 * Reads what `--protocols` says.
 *
 * @throws InvalidArgumentError for an empty list and for protocols there are not.
 */
export function parseProtocols(text: string): CodecProtocol[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every(isProtocol)) return names;
  throw new InvalidArgumentError(
    `Allowed choices are ${PROTOCOLS.join(', ')}, or both with a comma.`,
  );
}

function isProtocol(name: string): name is CodecProtocol {
  return PROTOCOLS.includes(name);
}
