import { Session, type Profiler } from 'node:inspector/promises';

/** A function and its share of the time the process was busy. */
export interface HotSpot {
  readonly where: string;
  readonly share: number;
}

const SHOWN = 12;
const IDLE = new Set(['(idle)', '(program)', '(root)']);

/** Where this process spends its time, by the functions that were running. */
export class CpuProfile {
  readonly #session = new Session();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.setSamplingInterval', { interval: 200 });
    await this.#session.post('Profiler.start');
  }

  async stop(): Promise<HotSpot[]> {
    const { profile } = await this.#session.post('Profiler.stop');
    this.#session.disconnect();
    return hotSpots(profile);
  }
}

function hotSpots({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): HotSpot[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const times = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const where = names.get(id)!;
    if (IDLE.has(where)) {
      continue;
    }
    const time = timeDeltas[index] ?? 0;
    busy += time;
    times.set(where, (times.get(where) ?? 0) + time);
  }
  const spots = Array.from(times, ([where, time]) => ({ where, share: time / busy }));
  return spots.sort((left, right) => right.share - left.share).slice(0, SHOWN);
}

/** Function and file, without the folders of the machine. */
function placeOf({ functionName, url }: FrameLike): string {
  const file = url
    .replace(/^file:\/\//, '')
    .split(/\/node_modules\/|\/(?=(?:libs|bench)\/)/)
    .at(-1)!;
  const name = functionName === '' ? '(anonymous)' : functionName;
  return file === '' ? name : `${name}, ${file}`;
}

interface FrameLike {
  readonly functionName: string;
  readonly url: string;
}
