// A process that measures the codecs of one build: `node codec-worker.js URL`, of its codec/contestants/ours.js.
import type { Contestant } from '../codec/contestant.js';
import type { ourContestants } from '../codec/contestants/ours.js';
import { cpuNanoseconds } from '../statistics.js';
import type { CodecOperation, CodecReply, CodecRequest } from './codec-suite.js';

const codecs = (await import(process.argv[2]!)) as { ourContestants: typeof ourContestants };
const contestants = new Map<string, Contestant>();

/** Keeps results alive, so that the engine cannot drop the work. */
export let sink: unknown;

function contestant({ protocol, payload }: CodecOperation): Contestant {
  const key = `${protocol} ${payload}`;
  const known = contestants.get(key);
  if (known !== undefined) {
    return known;
  }
  const [ours] = codecs.ourContestants(payload, protocol) as [Contestant];
  ours.verify();
  contestants.set(key, ours);
  return ours;
}

function reply({ operation, count }: CodecRequest): CodecReply {
  const run = contestant(operation)[operation.direction];
  const before = cpuNanoseconds();
  for (let index = 0; index < count; index++) {
    sink = run();
  }
  return { type: 'measured', cpuNs: cpuNanoseconds() - before };
}

process.on('message', (request: CodecRequest) => {
  try {
    process.send!(reply(request));
  } catch (error) {
    process.send!({ type: 'failed', message: (error as Error).stack ?? String(error) });
  }
});
process.on('disconnect', () => process.exit());
