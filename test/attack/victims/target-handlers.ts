import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { MethodHandler } from '@nestjs-thrift/transport';

/** What handlers of Target have seen. */
export interface Seen {
  notes: number;
  noteBytes: number;
  slowNotes: number;
  /** Slow notes whose signal had aborted at their end. */
  abortedNotes: number;
  /** Slow notes that had a deadline. */
  boundNotes: number;
}

export const seen: Seen = {
  notes: 0,
  noteBytes: 0,
  slowNotes: 0,
  abortedNotes: 0,
  boundNotes: 0,
};

/** Serve Target; what they get is decoded in full before. */
export const targetHandlers: Readonly<Record<string, MethodHandler>> = {
  echo: ({ text }) => text,
  intMap: () => new Map(),
  longMap: () => new Map(),
  doubleMap: () => new Map(),
  enumMap: () => new Map(),
  intSet: () => [],
  longSet: () => [],
  leaves: () => [],
  lists: () => [],
  maps: () => [],
  tree: () => ({}),
  texts: ({ values }) => (values as string[]).length,
  take: ({ payload }) => (payload as Buffer).length,
  keep: () => undefined,
  fill: async ({ bytes }) => {
    await turn();
    // Untouched pages take no memory: what is measured is what the server makes of them.
    return Buffer.allocUnsafeSlow(bytes as number);
  },
  wait: ({ milliseconds }) => sleep(milliseconds as number, undefined),
  hang: () => new Promise(() => undefined),
  metadata: (_given, call) => JSON.stringify(Object.fromEntries(call.persistentMetadata)),
  note: ({ payload }) => {
    seen.notes++;
    seen.noteBytes += (payload as Buffer).length;
  },
  slowNote: async ({ milliseconds }, call) => {
    const { signal, deadline } = call;
    await sleep(milliseconds as number);
    seen.slowNotes++;
    seen.abortedNotes += Number(signal.aborted);
    seen.boundNotes += Number(Number.isFinite(deadline));
  },
};
