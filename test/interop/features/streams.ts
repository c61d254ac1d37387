import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import type { MethodHandler } from '@nestjs-thrift/transport';
import { commandHandlers } from '#test/chat-commands.js';
import { Chat } from '#test/chat-service.js';
import { until } from '#test/until.js';
import { openGateway } from '../../gateway/support/open-gateway.js';
import { CALLED_SCENARIOS, playScenario } from '../ours/chat-scenarios.js';
import { run, startServer } from '../runner/commands.js';
import type { BuiltPeer } from '../runner/prepare.js';
import type { Combination, Results } from '../runner/results.js';
import { clientLines, handlerLines } from './stream-transcripts.js';

/** Scenarios at once; they mostly wait. */
const AT_ONCE = 4;
/** Scenarios of a Go client alone: its pool, and what a server limits. */
const ONLY_GO = ['qps-limit'];

/** What a Go client sees of our server where that is better than what it sees of Kitex, by the lines of the latter. */
const BETTER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Application exceptions keep their text as it is, and their type on the wire.
  'error-appex': { 'Recv -> 12001 biz error: custom app ex': 'Recv -> 12001 custom app ex' },
  'error-transerr': {
    'Recv -> 12001 biz error: custom trans err': 'Recv -> 12001 custom trans err',
  },
  // The fields of a declared exception can be read.
  'error-declared-exception': {
    'Recv -> 12001 biz error: Oops({Why:declared Code:9})':
      'Recv -> 12001 biz error: Oops: {"name":"Oops","why":"declared","code":9}',
  },
  // Callers learn nothing of an unexpected error.
  'error-panic': {
    'Recv -> 12001 panic: [happened in biz handler, method=Chat.Down, please check the panic at the server side] kaboom':
      'Recv -> 12001 internal error',
  },
  // The text of an error of the next service is passed on as it is.
  'chain-cancel': {
    'Recv -> 12001 biz error: [ttstream error, code=12001] [client-side stream] biz error: boom':
      'Recv -> 12001 biz error: boom',
  },
};

const IDL = path.resolve(import.meta.dirname, '../idl/chat.thrift');
const STREAM = { transport: 'TTHeaderStreaming', protocol: 'binary' } as const;

async function serve(handlers: Record<string, MethodHandler>): Promise<ServerTransport> {
  const server = new ServerTransport([{ definition: Chat, handlers }], {
    host: '127.0.0.1',
    port: 0,
    maxFrameBytes: 64 * 1024 * 1024,
  });
  await server.listen();
  return server;
}

/** Runs jobs, a few at a time. */
async function each<T>(values: readonly T[], job: (value: T) => Promise<void>): Promise<void> {
  const waiting = [...values];
  const work = async (): Promise<void> => {
    for (let value = waiting.shift(); value !== undefined; value = waiting.shift()) {
      await job(value);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** The first lines that differ; nothing for equal ones. */
function difference(seen: readonly string[], expected: readonly string[]): string {
  const index = expected.findIndex((line, at) => line !== seen[at]);
  if (index === -1 && seen.length === expected.length) {
    return '';
  }
  const at = index === -1 ? expected.length : index;
  const [left, right] = [seen, expected].map((lines) => lines.slice(at, at + 4).join('\n'));
  return `after ${at} equal lines\nseen:\n${left}\nexpected:\n${right}`;
}

/** Every scenario of a Kitex client with our server, and of a Kitex server with our client; expected is what Kitex does with itself. */
export async function streamsWithKitex(peer: BuiltPeer, results: Results): Promise<void> {
  const [program] = peer.command(peer.folder);
  const scenario = (...args: string[]): Promise<string> =>
    run([program, 'scenario', ...args], { timeoutMs: 60_000 });
  const transcripts = new Map<string, string>();
  await each([...CALLED_SCENARIOS, ...ONLY_GO, 'chain-cancel'], async (name) => {
    transcripts.set(name, await scenario(name));
  });

  const server = await serve(commandHandlers());
  const toUs: Combination = {
    peer: peer.name,
    direction: 'peer calls us',
    ...STREAM,
    feature: 'streams',
  };
  await each([...CALLED_SCENARIOS, ...ONLY_GO], (name) =>
    results.attempt(toUs, name, async () => {
      const seen = clientLines(await scenario(name, server.address));
      const better = BETTER[name] ?? {};
      return difference(
        seen,
        clientLines(transcripts.get(name)!).map((line) => better[line] ?? line),
      );
    }),
  );
  await server.close({ drainTimeoutMs: 0 });
  await callKitex(program, peer, transcripts, results);
  await cascade(program, peer, transcripts.get('chain-cancel')!, results);
}

/** Our client plays the scenarios with a Kitex server: both sides see what they see of each other without us. */
async function callKitex(
  program: string,
  peer: BuiltPeer,
  transcripts: ReadonlyMap<string, string>,
  results: Results,
): Promise<void> {
  const server = await startServer([program, 'serve', 'S']);
  const address = `127.0.0.1:${server.port}`;
  for (const mode of ['exclusive', 'mux'] as const) {
    const combination: Combination = {
      peer: peer.name,
      direction: 'we call the peer',
      ...STREAM,
      feature: `streams, connections ${mode}`,
    };
    for (const name of CALLED_SCENARIOS) {
      await results.attempt(combination, name, async () => {
        const transcript = transcripts.get(name)!;
        const start = server.lines.length;
        const options = { streams: { mode } };
        const played = await playScenario(name, address, options);
        const expected = handlerLines(transcript);
        const handled = (): string[] => handlerLines(server.lines.slice(start).join('\n'));
        await until(() => handled().length >= expected.length).catch(() => undefined);
        played.close();
        const seen = played.lines;
        return difference(
          [...clientLines(seen.map((line) => `C ${line}`).join('\n')), ...handled()],
          [...clientLines(transcript), ...expected],
        );
      });
    }
    await results.attempt(combination, 'a cancellation reaches a handler within 500 ms', () =>
      cancelsAtOnce(address, server.lines),
    );
  }
  const combination: Combination = {
    peer: peer.name,
    direction: 'we call the peer',
    ...STREAM,
    feature: 'streams behind our gateway',
  };
  await results.attempt(combination, 'a closed request cancels the handler within 500 ms', () =>
    closedRequestCancels(address, server.lines),
  );
  await server.stop();
}

async function cancelsAtOnce(address: string, lines: readonly string[]): Promise<string> {
  const transport = new ClientTransport({ serviceName: 'cli.A', connectTimeoutMs: 10_000 });
  const client = createClient(Chat, { transport, endpoints: [address] });
  const took = await timeToCancel(lines, async (handlerStarted) => {
    const talk = client.Talk();
    await talk.send({ text: 'hold' });
    await handlerStarted;
    return () => talk.cancel();
  });
  transport.destroy();
  return took;
}

/** A reader of a stream over HTTP leaves, as one does who closes a page. */
async function closedRequestCancels(endpoint: string, lines: readonly string[]): Promise<string> {
  const gateway = await openGateway({
    adapter: 'express',
    endpoint,
    options: {
      idl: { path: IDL },
      services: [{ service: 'Chat', endpoints: [endpoint], connectTimeoutMs: 10_000 }],
      expose: 'all',
    },
  });
  const target = { host: '127.0.0.1', port: gateway.port, path: '/Chat/Down', method: 'POST' };
  const took = await timeToCancel(lines, async () => {
    const sent = request(target).on('error', () => undefined);
    sent.end('{"text":"forever"}');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.on('error', () => undefined);
    await once(response, 'data');
    return () => response.destroy();
  });
  await gateway.close();
  return took;
}

/**
 * Nothing if a handler of Kitex knows within 500 ms that its stream is cancelled. The best of a few attempts counts: the machine may be busy.
 *
 * @param open opens a stream and gives what cancels it
 */
async function timeToCancel(
  lines: readonly string[],
  open: (handlerStarted: Promise<void>) => Promise<() => void>,
): Promise<string> {
  let bestMs = Infinity;
  for (let attempt = 0; attempt < 3 && bestMs > 500; attempt++) {
    const before = lines.length;
    const has = (text: string): boolean => lines.slice(before).some((line) => line.includes(text));
    const cancel = await open(until(() => has('handler start')));
    const start = performance.now();
    cancel();
    await until(() => has('ctx.Done'));
    bestMs = Math.min(bestMs, performance.now() - start);
  }
  return bestMs <= 500 ? '' : `took ${Math.round(bestMs)} ms`;
}

/** Go → here → Go: a cancellation goes through with its type and its path. */
async function cascade(
  program: string,
  peer: BuiltPeer,
  transcript: string,
  results: Results,
): Promise<void> {
  const last = await startServer([program, 'serve', 'Csvc']);
  const transport = new ClientTransport({ serviceName: 'svc.B', connectTimeoutMs: 10_000 });
  const next = createClient(Chat, { transport, endpoints: [`127.0.0.1:${last.port}`] });
  const middle = await serve(commandHandlers(next));
  const combination: Combination = {
    peer: peer.name,
    direction: 'both',
    ...STREAM,
    feature: 'streams over three services',
  };
  await results.attempt(combination, 'chain-cancel', async () => {
    const command = [program, 'scenario', 'chain-cancel', middle.address] as const;
    const seen = clientLines(await run(command, { timeoutMs: 60_000 }));
    const better = BETTER['chain-cancel']!;
    // Transient metadata goes one hop; Kitex lets it go further.
    const expected = handlerLines(transcript, 'Csvc').map((line) => line.replace(' t:TK=tv', ''));
    await until(() => handlerLines(last.lines.join('\n'), 'Csvc').length >= expected.length);
    return difference(
      [...seen, ...handlerLines(last.lines.join('\n'), 'Csvc')],
      [...clientLines(transcript).map((line) => better[line] ?? line), ...expected],
    );
  });
  transport.destroy();
  await middle.close({ drainTimeoutMs: 0 });
  await last.stop();
}
