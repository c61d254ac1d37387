// A process that serves streams of one peer, or opens them, as messages request: `node worker.js PEER`.
import { cpuNanoseconds, median } from '../statistics.js';
import { STREAM_PEERS, type StreamPeerName } from './peers/index.js';
import type { StreamClient, StreamLoad } from './peer.js';

/** What a process is asked for. */
export type StreamRequest =
  | { readonly type: 'serve' }
  | { readonly type: 'connect'; readonly port: number }
  | { readonly type: 'load'; readonly streams: number; readonly milliseconds: number }
  | { readonly type: 'first-message'; readonly streams: number }
  | { readonly type: 'hold'; readonly streams: number }
  | { readonly type: 'resources' };

/** What it replies. */
export type StreamReply =
  | { readonly type: 'done' }
  | { readonly type: 'serving'; readonly port: number }
  | { readonly type: 'loaded'; readonly load: StreamLoad }
  | { readonly type: 'first-message'; readonly medianMs: number }
  | { readonly type: 'resources'; readonly cpuNs: number; readonly residentBytes: number };

/** Messages of one stream, after which the next one is opened. */
const MESSAGES_PER_STREAM = 2_000;

const peer = await STREAM_PEERS[process.argv[2] as StreamPeerName]();
let client: StreamClient | undefined;

async function load(streams: number, milliseconds: number): Promise<StreamLoad> {
  const cpuNs = cpuNanoseconds();
  const start = performance.now();
  const end = start + milliseconds;
  let messages = 0;
  const work = async (): Promise<void> => {
    do {
      await client!.count(MESSAGES_PER_STREAM);
      messages += MESSAGES_PER_STREAM;
    } while (performance.now() < end);
  };
  await Promise.all(Array.from({ length: streams }, work));
  const seconds = (performance.now() - start) / 1000;
  return { messages, seconds, cpuNs: cpuNanoseconds() - cpuNs };
}

async function firstMessageMs(): Promise<number> {
  const start = performance.now();
  let took = 0;
  await client!.count(1, () => (took = performance.now() - start));
  return took;
}

async function answer(request: StreamRequest): Promise<StreamReply> {
  switch (request.type) {
    case 'serve':
      return { type: 'serving', port: (await peer.startServer()).port };
    case 'connect':
      client = await peer.connect(request.port);
      return { type: 'done' };
    case 'load':
      return { type: 'loaded', load: await load(request.streams, request.milliseconds) };
    case 'first-message': {
      const times: number[] = [];
      for (let stream = 0; stream < request.streams; stream++) {
        times.push(await firstMessageMs());
      }
      return { type: 'first-message', medianMs: median(times) };
    }
    case 'hold':
      await Promise.all(Array.from({ length: request.streams }, () => client!.hold()));
      return { type: 'done' };
    case 'resources':
      globalThis.gc?.();
      return {
        type: 'resources',
        cpuNs: cpuNanoseconds(),
        residentBytes: process.memoryUsage.rss(),
      };
  }
}

process.on('message', (request: StreamRequest) => {
  void answer(request)
    .catch((error: Error) => ({ type: 'failed', message: error.stack ?? error.message }))
    .then((reply) => process.send!(reply));
});
process.on('disconnect', () => process.exit());
