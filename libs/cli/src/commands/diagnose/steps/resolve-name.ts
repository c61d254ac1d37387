import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Limits } from '../../../probe/open-socket.js';
import { errorText, milliseconds } from '../../../terminal/terminal.js';
import type { StepResult } from '../step-result.js';

/** Addresses that are tried; a name with more of them has the same trouble with all. */
const MAX_ADDRESSES = 8;

/** The addresses of a name; none if the step failed. */
export interface ResolvedName {
  readonly result: StepResult;
  readonly addresses: readonly string[];
}

/** Asks the resolver of the system, as every client of this machine does. */
export async function resolveName(host: string, limits: Limits): Promise<ResolvedName> {
  const step = 'DNS';
  if (isIP(host) !== 0) {
    return { result: { step, verdict: 'ok', seen: [`${host} is an address`] }, addresses: [host] };
  }
  const startedAt = performance.now();
  try {
    const found = await withLimits(lookup(host, { all: true }), limits);
    const all = found.map(({ address }) => address);
    const addresses = all.slice(0, MAX_ADDRESSES);
    const more = all.length > addresses.length ? ` and ${all.length - addresses.length} more` : '';
    const took = milliseconds(performance.now() - startedAt);
    const seen = `${host} is ${addresses.join(', ')}${more} (${took})`;
    return { result: { step, verdict: 'ok', seen: [seen], facts: { addresses: all } }, addresses };
  } catch (error) {
    limits.signal.throwIfAborted();
    const result: StepResult = {
      step,
      verdict: 'fail',
      seen: [`${host} cannot be resolved: ${errorText(error)}`],
      next: nextOf((error as { code?: string }).code, host),
    };
    return { result, addresses: [] };
  }
}

/** The resolver of the system cannot be cancelled; its result is ignored when it is no longer awaited. */
function withLimits<T>(work: Promise<T>, { timeoutMs, signal }: Limits): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
    };
    const interrupt = (): void => {
      leave();
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      leave();
      reject(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    signal.addEventListener('abort', interrupt);
    work.then(resolve, reject).finally(leave);
  });
}

function nextOf(code: string | undefined, host: string): string {
  if (code === 'ENOTFOUND') {
    return `check the spelling of "${host}", and in Kubernetes its namespace: service.namespace.svc.cluster.local`;
  }
  return 'check that the name server of this machine can be reached (/etc/resolv.conf)';
}
