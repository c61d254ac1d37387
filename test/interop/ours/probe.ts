import { setTimeout as delay } from 'node:timers/promises';
import { BizStatusError, type IncomingCall, type MethodHandler } from '@nestjs-thrift/transport';
import { callOnce } from './client.js';

/** What `see` answers: what this server sees of a call besides its arguments. */
function seen(call: IncomingCall): Record<string, unknown> {
  const left = call.deadline - performance.now();
  return {
    passing: Object.fromEntries(call.metadata),
    persistent: Object.fromEntries(call.persistentMetadata),
    caller: call.caller,
    callerMethod: call.callerMethod,
    timeoutMs: Number.isFinite(left) ? BigInt(Math.round(left)) : 0n,
    instance: 'ours',
    traceId: '',
  };
}

/** Serves Probe. */
export function probeHandlers(): Record<string, MethodHandler> {
  const counts = new Map<unknown, number>();
  return {
    see: (_, call) => seen(call),
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
      if (count <= (failures as number)) throw new Error('not yet');
      return count;
    },
    attempts: ({ name }) => counts.get(name) ?? 0,
  };
}
