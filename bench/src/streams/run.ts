import { median } from '../statistics.js';
import { buildKitex, KitexProcesses } from './kitex.js';
import { NodeProcesses } from './node-processes.js';
import { STREAM_PEERS, type StreamPeerName } from './peers/index.js';

/** How long to measure. */
export interface StreamPlan {
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
}

/** Streams of one stack from server to client, small messages. */
export interface StreamResult {
  readonly peer: StreamPeerName | 'Kitex';
  /** By the number of streams open at once. */
  readonly loads: readonly StreamLoadResult[];
  readonly firstMessageMs: number;
  /** Memory of a stream that waits, of both sides, in bytes. */
  readonly idleStreamBytes: number;
}

export interface StreamLoadResult {
  readonly streams: number;
  readonly messagesPerSecond: number;
  /** CPU time of both sides for one message. */
  readonly cpuNsPerMessage: number;
}

/** Streams open at once under load. */
const STREAMS = [1, 100] as const;
const IDLE_STREAMS = 10_000;
const FIRST_MESSAGES = 300;

/** Measures all stacks in turns, so that what slows down the machine slows down all of them. */
export async function runStreams(
  { rounds, roundMs, warmUpMs }: StreamPlan,
  progress: (text: string) => void,
): Promise<StreamResult[]> {
  const missing = buildKitex();
  if (missing !== undefined) {
    progress(`streams: without Kitex: ${missing}`);
  }
  const names = Object.keys(STREAM_PEERS) as StreamPeerName[];
  const peers: [StreamResult['peer'], NodeProcesses | KitexProcesses][] = [
    ...names.map((name) => [name, new NodeProcesses(name)] as const),
    ...(missing === undefined ? [['Kitex', new KitexProcesses()] as const] : []),
  ].map(([name, processes]) => [name, processes]);
  try {
    for (const [, processes] of peers) {
      await processes.start();
    }
    const loads = new Map<string, StreamLoadResult[]>();
    for (const streams of STREAMS) {
      for (const [, processes] of peers) {
        await processes.load(streams, warmUpMs);
      }
      for (let round = 0; round < rounds; round++) {
        for (const [name, processes] of peers) {
          const before = await processes.serverUsage();
          const { messages, seconds, cpuNs } = await processes.load(streams, roundMs);
          const serverCpuNs = (await processes.serverUsage()).cpuNs - before.cpuNs;
          const key = `${name} ${streams}`;
          loads.set(key, [
            ...(loads.get(key) ?? []),
            {
              streams,
              messagesPerSecond: messages / seconds,
              cpuNsPerMessage: (cpuNs + serverCpuNs) / messages,
            },
          ]);
        }
        progress(`streams: ${streams} at once, round ${round + 1} of ${rounds}`);
      }
    }
    const results: StreamResult[] = [];
    for (const [peer, processes] of peers) {
      const firstMessageMs = await processes.firstMessageMs(FIRST_MESSAGES);
      const { client, server } = await processes.hold(IDLE_STREAMS);
      results.push({
        peer,
        loads: STREAMS.map((streams) => medianOf(streams, loads.get(`${peer} ${streams}`)!)),
        firstMessageMs,
        idleStreamBytes: (client + server) / IDLE_STREAMS,
      });
      progress(`streams: ${peer}: first message and ${IDLE_STREAMS} idle streams`);
    }
    return results;
  } finally {
    peers.forEach(([, processes]) => processes.stop());
  }
}

function medianOf(streams: number, all: readonly StreamLoadResult[]): StreamLoadResult {
  return {
    streams,
    messagesPerSecond: median(all.map(({ messagesPerSecond }) => messagesPerSecond)),
    cpuNsPerMessage: median(all.map(({ cpuNsPerMessage }) => cpuNsPerMessage)),
  };
}
