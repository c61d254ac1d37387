import type { Sample } from './sample.js';
import type { SoakResult } from './soak.js';
import { Tally } from './tally.js';
import { verdictsOn } from './verdict.js';

const MEGABYTE = 1024 * 1024;

function sample(changes: Partial<Sample> = {}): Sample {
  return {
    heapBytes: 20 * MEGABYTE,
    bufferBytes: MEGABYTE,
    resources: { PipeWrap: 1 },
    ...changes,
  };
}

/** A soak without faults, except the given ones. */
function result(changes: Partial<SoakResult> = {}): SoakResult {
  const tally = Object.assign(new Tally(() => true), { started: 9, succeeded: 8, cut: 1 });
  const same = { before: sample(), after: sample() };
  return {
    tally,
    kills: 2,
    visits: 3,
    reloads: 4,
    refusedConfigs: 1,
    unsettled: 0,
    busySlots: 0,
    faults: [],
    caller: same,
    server: same,
    callerClosed: same,
    serverClosed: { connections: 0, inFlight: 0 },
    ...changes,
  };
}

const grown = { before: sample(), after: sample({ heapBytes: 22.1 * MEGABYTE }) };
const hoarded = { before: sample(), after: sample({ bufferBytes: 18 * MEGABYTE }) };
const leaked = { before: sample(), after: sample({ resources: { PipeWrap: 1, Timeout: 1 } }) };

function failuresOf(changes: Partial<SoakResult>): string[] {
  const failed = verdictsOn(result(changes)).filter(({ passed }) => !passed);
  return failed.map(({ name, seen }) => `${name}: ${seen}`);
}

describe('verdicts on a soak', () => {
  it('are good when nothing was lost or left behind', () => {
    expect(failuresOf({})).toEqual([]);
  });

  it.each([
    ['nothing was killed', { kills: 0 }, 'there was something to survive'],
    ['a call never ended', { unsettled: 1 }, 'every call ended: 1 of 9 did not'],
    ['a rejection was not handled', { faults: ['Error: x'] }, 'no rejection went unhandled'],
    ['the heap of the callers grew', { caller: grown }, 'the memory of the callers is flat'],
    ['the buffers of the server grew', { server: hoarded }, 'the memory of the server is flat'],
    ['a slot stayed taken', { busySlots: 1 }, 'no slot of a pool stayed taken: 1 taken'],
    ['a timer was left', { callerClosed: leaked }, 'no socket and no timer: Timeout 0 → 1'],
    [
      'a connection was left',
      { serverClosed: { connections: 1, inFlight: 0 } },
      'the server has no connection and no request left: 1 connections',
    ],
  ])('are bad when %s', (_what, changes, expected) => {
    expect(failuresOf(changes)).toEqual([expect.stringContaining(expected)]);
  });

  it('are bad when calls failed for another reason than a cut, and say which', () => {
    const tally = new Tally(() => true);
    Object.assign(tally, { started: 2, succeeded: 1, wrong: 1 });
    tally.surprises.push('RPC_TIMEOUT: too late');
    expect(failuresOf({ tally })).toEqual([expect.stringContaining('RPC_TIMEOUT: too late')]);
  });
});
