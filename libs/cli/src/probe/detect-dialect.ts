import type { ProtocolName } from '@nestjs-thrift/transport';
import { FRAMINGS } from '@nestjs-thrift/transport/wire';
import { type Answer, exchange, type ThriftAnswer } from './exchange.js';
import type { ForeignProtocol } from './foreign-protocol.js';
import type { Limits, Route } from './open-socket.js';
import { type Dialect, DIALECTS, dialectText, probeMessage } from './probe-message.js';

/** What the probes of {@link detectDialect} found. */
export type Detection =
  | { readonly kind: 'found'; readonly dialect: Dialect }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'foreign'; readonly protocol: ForeignProtocol }
  /** Every probe was closed, or answered with something else than Thrift. */
  | { readonly kind: 'rejected'; readonly tried: readonly string[] }
  | { readonly kind: 'silent' };

/** What is looked for, and where. */
export interface DetectionRequest {
  readonly route: Route;
  /** The only encoding to try; all without it. */
  readonly protocol: ProtocolName | undefined;
  /** Service whose name is put before that of the method, for multiplexed Apache servers. */
  readonly multiplexedService: string | undefined;
}

/** A server that is silent in both framings waits for something else, or hangs. */
const MAX_SILENCES = 2;

/** Apache libraries support one dialect, and of two framings the one with a length goes first: see {@link DIALECTS}. */
const ORDER = DIALECTS.toSorted(
  (one, other) =>
    Number(FRAMINGS[one.transport].hasHeader) - Number(FRAMINGS[other.transport].hasHeader),
);

/**
 * Finds a dialect that a server answers, by calls of a method that no service has. The probes go one after the other, each over a
 * separate connection: some servers serve one connection at a time, and some end their process at the bytes of another dialect, so
 * nothing is tried after an answer but the TTHeader, and that never with an Apache library. Takes at most `limits.timeoutMs` for each
 * of two silent probes.
 */
export async function detectDialect(
  { route, protocol, multiplexedService }: DetectionRequest,
  limits: Limits,
): Promise<Detection> {
  const probe = (dialect: Dialect): Promise<Answer> =>
    exchange(probeMessage(dialect, multiplexedService), route, limits);
  const tried: string[] = [];
  let silences = 0;
  for (const dialect of ORDER.filter((each) => (protocol ?? each.protocol) === each.protocol)) {
    const answer = await probe(dialect);
    tried.push(dialectText(dialect));
    switch (answer.kind) {
      case 'thrift':
        return { kind: 'found', dialect: await withHeader(answer, probe) };
      case 'foreign':
        return answer;
      case 'unreachable':
        return { kind: 'unreachable' };
      case 'silent':
        silences += 1;
        if (silences === MAX_SILENCES) {
          return { kind: 'silent' };
        }
        break;
      case 'closed':
      case 'garbage':
        break;
    }
  }
  return { kind: 'rejected', tried };
}

/** The same dialect with a TTHeader, which carries metadata and deadlines, where the server answers that. */
async function withHeader(
  answer: ThriftAnswer,
  probe: (dialect: Dialect) => Promise<Answer>,
): Promise<Dialect> {
  const { transport, protocol } = answer;
  if (FRAMINGS[transport].hasHeader || isApache(answer)) {
    return { transport, protocol };
  }
  const dialect: Dialect = { transport: 'TTHeaderFramed', protocol };
  const { kind } = await probe(dialect);
  return kind === 'thrift' ? dialect : { transport, protocol };
}

/** How the code that the Apache compiler generates says that it does not know a method. */
const APACHE_REFUSAL = /(Unknown function|Invalid method name)/i;

/** Whether an answer is that of a server of the Apache libraries, which supports one dialect. */
export function isApache(answer: Answer): boolean {
  return answer.kind === 'thrift' && APACHE_REFUSAL.test(answer.says);
}
