import { exchange } from '../../../probe/exchange.js';
import type { Limits, Route } from '../../../probe/open-socket.js';
import { milliseconds } from '../../../terminal/terminal.js';
import { type Dialect, dialectText, probeMessage } from '../../../probe/probe-message.js';
import type { StepResult } from '../step-result.js';

/** Above this limit a call within a data centre is slower than people expect. */
const SLOW_MS = 100;

/** Measures how long an answer takes, the connection not counted: several times, because the first one warms up. */
export async function measureRoundTrip(
  dialect: Dialect,
  count: number,
  route: Route,
  limits: Limits,
): Promise<StepResult> {
  const request = probeMessage(dialect);
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const answer = await exchange(request, route, limits);
    if (answer.kind === 'thrift') {
      times.push(answer.roundTripMs);
    }
  }
  times.sort((a, b) => a - b);
  const step = 'Round trip';
  const lost = count - times.length;
  if (times.length === 0) {
    return {
      step,
      verdict: 'fail',
      seen: [`none of ${count} pings was answered, although one was before`],
      next: 'the server is overloaded, or limits what one address may ask; try again later',
    };
  }
  const minMs = times[0]!;
  const medianMs = times[Math.floor(times.length / 2)]!;
  const maxMs = times.at(-1)!;
  const summary = `min ${milliseconds(minMs)}, median ${milliseconds(medianMs)}, max ${milliseconds(maxMs)} of ${times.length} pings over ${dialectText(dialect)}`;
  const facts = { minMs, medianMs, maxMs, count, lost };
  if (lost > 0) {
    const seen = [`${lost} of ${count} pings were not answered`, summary];
    const next = 'look for limits, restarts and packet loss on the way';
    return { step, verdict: 'warn', seen, next, facts };
  }
  if (medianMs > SLOW_MS) {
    const next = 'is the server far away, or late? Compare with its event loop delay on /metrics';
    return { step, verdict: 'warn', seen: [summary], next, facts };
  }
  return { step, verdict: 'ok', seen: [summary], facts };
}
