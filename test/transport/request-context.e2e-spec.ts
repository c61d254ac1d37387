import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import {
  currentCall,
  runOutsideCall,
  type IncomingCall,
  type MethodHandler,
} from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import type { EchoClient } from '#test/echo-service.js';
import { until } from '#test/until.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('The context of a request', () => {
  async function serve(echo: MethodHandler): Promise<EchoClient> {
    return callEcho((await serveEcho({ echo })).address).echo;
  }

  it('does not bind calls of work that the handler left running past the deadline', async () => {
    const upstream = await serve(({ text }, call) =>
      [text, ...call.persistentMetadata.values()].join(),
    );
    let passDeadline = (): void => undefined;
    const deadlinePassed = new Promise<void>((resolve) => (passDeadline = resolve));
    let later: Promise<unknown> | undefined;
    const client = await serve(() => {
      later = deadlinePassed.then(() => upstream.echo('later'));
      return 'answered';
    });

    const options = { timeoutMs: 500, persistentMetadata: { USER: 'alice' } };
    await expect(client.echo('hi', options)).resolves.toBe('answered');
    const end = performance.now() + 510;
    await until(() => performance.now() > end);
    passDeadline();

    await expect(later).resolves.toBe('later');
  });

  it('binds calls that the handler awaits', async () => {
    const upstream = await serve((_args, call) => call.persistentMetadata.get('USER'));
    const client = await serve(() => upstream.echo('nested'));

    const options = { persistentMetadata: { USER: 'alice' } };
    await expect(client.echo('hi', options)).resolves.toBe('alice');
  });

  it('does not reach what runOutsideCall runs', async () => {
    const upstream = await serve((_args, call) => call.persistentMetadata.get('USER') ?? 'unknown');
    const client = await serve(() => runOutsideCall(() => upstream.echo('nested')));

    const options = { persistentMetadata: { USER: 'alice' } };
    await expect(client.echo('hi', options)).resolves.toBe('unknown');
  });

  it('keeps the call of an answered request out of memory while timers of its handler live', async () => {
    const calls: WeakRef<IncomingCall>[] = [];
    const timers: NodeJS.Timeout[] = [];
    cleanUp(() => timers.forEach(clearTimeout));
    const client = await serve((_args, call) => {
      calls.push(new WeakRef(call));
      timers.push(setTimeout(() => currentCall(), 3_600_000));
      return 'answered';
    });

    await client.echo('hi');
    await client.echo('hi again');
    await until(() => {
      collectGarbage();
      return calls[0]!.deref() === undefined;
    });
  });
});
