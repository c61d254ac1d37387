import { type Comparison, type SoakResult, leaks } from './soak.js';

/** Growth of a heap at rest that is not taken for a leak. */
const HEAP_TOLERANCE = 0.1;
/** Buffers kept for use again come and go by more than a tenth; they must stay in this bound. */
const BUFFER_GROWTH_BYTES = 16 * 1024 * 1024;

/** One thing that was asserted. */
export interface Verdict {
  readonly name: string;
  /** What was seen, in short. */
  readonly seen: string;
  readonly passed: boolean;
}

/** Everything that a soak asserts. */
export function verdictsOn(result: SoakResult): Verdict[] {
  const { tally, kills, visits, reloads, refusedConfigs, faults, serverClosed } = result;
  const calls = `${tally.succeeded} succeeded, ${tally.cut} were cut off, ${tally.wrong} went wrong`;
  const leaked = leaks(result.callerClosed);
  return [
    {
      name: 'there was something to survive',
      seen: `${kills} servers killed, ${visits} hostile visits, ${reloads} reloads, ${refusedConfigs} refused`,
      passed: kills > 0 && visits > 0 && reloads > 0 && refusedConfigs > 0 && tally.succeeded > 0,
    },
    {
      name: 'every call ended',
      seen: `${result.unsettled} of ${tally.started} did not`,
      passed: result.unsettled === 0,
    },
    {
      name: 'only calls whose connection was cut failed',
      seen: [calls, ...tally.surprises].join('\n'),
      passed: tally.wrong === 0,
    },
    {
      name: 'no rejection went unhandled, no process ended by itself',
      seen: faults.length === 0 ? 'none' : faults.join('\n'),
      passed: faults.length === 0,
    },
    flatMemory('of the callers', result.caller),
    flatMemory('of the server', result.server),
    {
      name: 'no slot of a pool stayed taken',
      seen: `${result.busySlots} taken at rest`,
      passed: result.busySlots === 0,
    },
    {
      name: 'the callers left no socket and no timer',
      seen: leaked.length === 0 ? 'none' : leaked.join(', '),
      passed: leaked.length === 0,
    },
    {
      name: 'the server has no connection and no request left',
      seen: `${serverClosed.connections} connections, ${serverClosed.inFlight} requests`,
      passed: serverClosed.connections + serverClosed.inFlight === 0,
    },
  ];
}

function flatMemory(whose: string, { before, after }: Comparison): Verdict {
  const growth = after.heapBytes / before.heapBytes - 1;
  const buffers = after.bufferBytes - before.bufferBytes;
  return {
    name: `the memory ${whose} is flat`,
    seen: `heap ${megabytes(before.heapBytes)} → ${megabytes(after.heapBytes)}, buffers ${megabytes(before.bufferBytes)} → ${megabytes(after.bufferBytes)}`,
    passed: growth <= HEAP_TOLERANCE && buffers <= BUFFER_GROWTH_BYTES,
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
