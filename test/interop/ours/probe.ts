import { setTimeout as delay } from 'node:timers/promises';
import { BizStatusError, type IncomingCall, type MethodHandler } from '@nestjs-thrift/transport';
import { callOnce } from './client.js';
import { openGovernedClient } from './governed.js';

/** What `see` of Probe answers: what a server sees of a call in addition to its arguments. */
export function seenOf(call: IncomingCall): Record<string, unknown> {
  const left = call.deadline - performance.now();
  return {
    passing: Object.fromEntries(call.metadata),
    persistent: Object.fromEntries(call.persistentMetadata),
    caller: call.caller,
    callerMethod: call.callerMethod,
    timeoutMs: Number.isFinite(left) ? BigInt(Math.round(left)) : 0n,
    instance: 'ours',
  };
}

/** Serves Probe. */
export function probeHandlers(): Record<string, MethodHandler> {
  const counts = new Map<unknown, number>();
  return {
    see: (_, call) => seenOf(call),
    relay: ({ endpoint }) => callOnce(endpoint as string, 'Probe', 'see'),
    sendBack: ({ values }, call) => {
      for (const [key, value] of Object.entries(values as Record<string, string>)) {
        call.setBackwardMetadata(key, value);
      }
    },
    status: ({ code, message, extra }) => {
      throw new BizStatusError(
        code as number,
        message as string,
        (extra as Record<string, string> | undefined) ?? {},
      );
    },
    pause: async ({ milliseconds }) => {
      await delay(milliseconds as number);
      return milliseconds;
    },
    attempt: ({ name, failures }) => {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      if (count <= (failures as number)) {
        throw new Error('not yet');
      }
      return count;
    },
    note: ({ name, fails }) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (fails as boolean) {
        throw new Error('noted all the same');
      }
    },
    attempts: ({ name }) => counts.get(name) ?? 0,
    relayAttempt: async ({ endpoint, name, failures }) => {
      const client = openGovernedClient({
        retry: { type: 'failure', maxRetries: 2, idempotent: true, retryError: () => true },
      });
      try {
        return await client.call('attempt', { name, failures }, endpoint as string);
      } finally {
        await client.close();
      }
    },
  };
}
