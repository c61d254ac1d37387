import { type Answer, exchange } from '../exchange.js';
import { HTTP } from '../foreign-protocol.js';
import { type Limits, openSocket, type Route } from '../open-socket.js';
import { type Dialect, dialectText, DIALECTS, probeMessage } from '../probe-message.js';
import type { StepResult } from '../step-result.js';
import { describeAnswer, summarise } from './describe-answers.js';

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

/** Those that plain Apache servers speak, tried one after the other; the rest is tried at once. */
const ONE_BY_ONE = 2;

/** How the code that the Apache compiler generates says that it does not know a method. */
const APACHE_REFUSAL = /(Unknown function|Invalid method name)/i;

/**
 * Calls a method that nobody has in every dialect, each over a connection of its own, and sees which are answered. It
 * stops at the first answer of a server that speaks one dialect alone: others might end its process.
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
    if (!allDialects && isApache(made)) break;
  }
  const stopped = !allDialects && probes.some(isApache);
  // A peer that does not understand is often silent, and eight silences in a row are long.
  if (!stopped) probes.push(...(await Promise.all(DIALECTS.slice(ONE_BY_ONE).map(probe))));

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
  const withHeader = dialects.filter(({ transport }) => transport.startsWith('TTHeader'));
  return { result, answered: [...new Set([...withHeader, ...dialects])] };
}

function isApache({ answer }: Probe): boolean {
  return answer.kind === 'thrift' && APACHE_REFUSAL.test(answer.says);
}

/** Some HTTP servers wait for the end of a line, which no Thrift message has. Asked only where nobody speaks Thrift. */
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
