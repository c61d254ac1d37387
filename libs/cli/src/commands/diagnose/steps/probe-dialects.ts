import { FRAMINGS } from '@nestjs-thrift/transport/wire';
import { isApache } from '../../../probe/detect-dialect.js';
import { HTTP } from '../../../probe/foreign-protocol.js';
import { dialectText, DIALECTS, type Dialect, probeMessage } from '../../../probe/probe-message.js';
import type { Verdict, StepResult } from '../step-result.js';
import { type Answer, exchange } from '../../../probe/exchange.js';
import { type Limits, openSocket, type Route } from '../../../probe/open-socket.js';

/** Results other than the replies. */
export interface Circumstances {
  /** Not all dialects were tried. */
  readonly stopped: boolean;
  /** It answers a request of HTTP. */
  readonly isHttp: boolean;
  /** The server still accepts connections. */
  readonly survived: boolean;
  readonly tls: boolean;
  readonly timeoutMs: number;
}

/** What the answers mean together. */
export interface Summary {
  readonly verdict: Verdict;
  readonly summary: string;
  readonly next?: string;
}

/** What the answers to all probes mean. */
export function summarise(probes: readonly Probe[], circumstances: Circumstances): Summary {
  if (!circumstances.survived) {
    return {
      verdict: 'fail',
      summary: 'after the probes the server accepts no connections any more',
      next: "it does not survive messages of another dialect from any sender: a server of npm thrift needs a listener for 'error'; see whether it was started again",
    };
  }
  const answered = probes.filter(({ answer }) => answer.kind === 'thrift');
  if (answered.length === 0) {
    return noneAnswered(probes, circumstances);
  }
  const names = answered.map(({ dialect }) => dialectText(dialect)).join(', ');
  const ok = (summary: string): Summary => ({ verdict: 'ok', summary });
  if (circumstances.stopped) {
    return ok(`answered: ${names}, by a server of an Apache library; others were not tried`);
  }
  return ok(
    answered.length === DIALECTS.length ? 'all dialects are answered' : `answered: ${names}`,
  );
}

/** One probe as a line. */
export function describeAnswer({ dialect, answer }: Probe): string {
  return `${dialectText(dialect)}: ${textOf(answer)}`;
}

function noneAnswered(
  probes: readonly Probe[],
  { isHttp, tls, timeoutMs }: Circumstances,
): Summary {
  const fail = (summary: string, next: string): Summary => ({ verdict: 'fail', summary, next });
  const answers = probes.map(({ answer }) => answer);
  const foreign = answers.find((answer) => answer.kind === 'foreign')?.protocol;
  const protocol = foreign ?? (isHttp ? HTTP : undefined);
  if (protocol !== undefined) {
    return fail(`the peer uses ${protocol.name}`, protocol.next);
  }
  if (answers.some(({ kind }) => kind === 'garbage')) {
    return fail(
      'what answers is not Thrift',
      'is this the right port? Nothing that came can be read',
    );
  }
  if (answers.every(({ kind }) => kind === 'silent')) {
    const hint = tls ? '' : '. A server that waits for a TLS handshake is silent, too: try --tls';
    return fail(
      `it accepts connections and sends nothing for ${timeoutMs} ms`,
      `the server may hang (look at its event loop or its threads) or wait for something else${hint}`,
    );
  }
  return fail(
    'no dialect is answered',
    tls
      ? 'does the server use Thrift on this port, and does it accept this client certificate?'
      : 'does the server use Thrift on this port? One that closes at once may require TLS: try --tls',
  );
}

function textOf(answer: Probe['answer']): string {
  switch (answer.kind) {
    case 'thrift':
      return `answered in ${dialectText(answer)} with ${answer.says}`;
    case 'foreign':
      return `answered in ${answer.protocol.name}`;
    case 'garbage':
      return `answered 0x${answer.hex}…: ${answer.why}`;
    case 'closed':
      return 'the peer closed the connection';
    case 'silent':
      return 'no answer';
    case 'unreachable':
      return `no connection: ${answer.why}`;
  }
}

/** The dialects that were answered, the best first. */
export interface ProbedDialects {
  readonly result: StepResult;
  readonly answered: readonly Dialect[];
}

/** A dialect and what came back. */
export interface Probe {
  readonly dialect: Dialect;
  readonly answer: Answer;
}

/** The dialects of plain Apache servers, tried one after the other; the rest is tried at once. */
const ONE_BY_ONE = Object.values(FRAMINGS).filter(({ hasHeader }) => !hasHeader).length;

/**
 * Calls a method that does not exist in every dialect, each over a separate connection, and sees which are answered. It
 * stops at the first reply of a server that supports one dialect only: others might end its process.
 */
export async function probeDialects(
  route: Route,
  allDialects: boolean,
  limits: Limits,
): Promise<ProbedDialects> {
  const probe = async (dialect: Dialect): Promise<Probe> => ({
    dialect,
    answer: await exchange(probeMessage(dialect), route, limits),
  });
  const probes: Probe[] = [];
  for (const dialect of DIALECTS.slice(0, ONE_BY_ONE)) {
    const made = await probe(dialect);
    probes.push(made);
    if (!allDialects && isApache(made.answer)) {
      break;
    }
  }
  const stopped = !allDialects && probes.some(({ answer }) => isApache(answer));
  // A peer that does not understand is often silent, and eight silences in a row are long.
  if (!stopped) {
    probes.push(...(await Promise.all(DIALECTS.slice(ONE_BY_ONE).map(probe))));
  }

  const answered = probes.filter(({ answer }) => answer.kind === 'thrift');
  const facts = Object.fromEntries(
    probes.map(({ dialect, answer }) => [dialectText(dialect), answer]),
  );
  const { verdict, summary, next } = summarise(probes, {
    isHttp: answered.length === 0 && (await speaksHttp(route, limits)),
    stopped,
    survived: await isThere(route, limits),
    tls: route.tls !== undefined,
    timeoutMs: limits.timeoutMs,
  });
  const seen = [summary, ...probes.map(describeAnswer)];
  const result: StepResult = { step: 'Thrift', verdict, seen, ...(next && { next }), facts };
  // Metadata travels with a header alone, so calls prefer it.
  const dialects = answered.map(({ dialect }) => dialect);
  const withHeader = dialects.filter(({ transport }) => FRAMINGS[transport].hasHeader);
  return { result, answered: [...new Set([...withHeader, ...dialects])] };
}

/** Some HTTP servers wait for the end of a line, which no Thrift message has. Sent only to a peer that does not use Thrift. */
async function speaksHttp(route: Route, limits: Limits): Promise<boolean> {
  const answer = await exchange(Buffer.from('HEAD / HTTP/1.0\r\n\r\n'), route, limits);
  return answer.kind === 'foreign' && answer.protocol === HTTP;
}

/** Whether connections are still accepted. */
async function isThere(route: Route, limits: Limits): Promise<boolean> {
  try {
    (await openSocket(route, limits)).destroy();
    return true;
  } catch {
    limits.signal.throwIfAborted();
    return false;
  }
}
