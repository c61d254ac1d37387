import { HTTP } from '../foreign-protocol.js';
import { dialectText, DIALECTS } from '../probe-message.js';
import type { Verdict } from '../step-result.js';
import type { Probe } from './probe-dialects.js';

/** What is known besides the answers. */
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
      next: "it does not survive messages of another dialect, whoever sends them: a server of npm thrift needs a listener for 'error'; see whether it was started again",
    };
  }
  const answered = probes.filter(({ answer }) => answer.kind === 'thrift');
  if (answered.length === 0) return noneAnswered(probes, circumstances);
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
  if (protocol !== undefined) return fail(`this speaks ${protocol.name}`, protocol.next);
  if (answers.some(({ kind }) => kind === 'garbage')) {
    return fail(
      'what answers is not Thrift',
      'is this the right port? Nothing that came can be read',
    );
  }
  if (answers.every(({ kind }) => kind === 'silent')) {
    const hint = tls ? '' : '. A server that waits for a TLS handshake is silent, too: try --tls';
    return fail(
      `it accepts connections and says nothing for ${timeoutMs} ms`,
      `the server may hang (look at its event loop or its threads) or wait for something else${hint}`,
    );
  }
  return fail(
    'no dialect is answered',
    tls
      ? 'does the server speak Thrift on this port, and does it accept this client certificate?'
      : 'does the server speak Thrift on this port? One that closes at once may want TLS: try --tls',
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
