import {
  currentCall,
  runOutsideCall,
  runWithPersistentMetadata,
  type IncomingCall,
  type MethodHandler,
} from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { collectGarbage } from '#test/collect-garbage.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import type { EchoClient } from '#test/echo-service.js';
import { until } from '#test/until.js';

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

    const options = { timeoutMs: 2_000, persistentMetadata: { USER: 'alice' } };
    await expect(client.echo('hi', options)).resolves.toBe('answered');
    const end = performance.now() + 2_010;
    await until(() => performance.now() > end);
    passDeadline();

    await expect(later).resolves.toBe('later');
  });

  it('leaves nothing of the request to work that began under metadata of the handler', async () => {
    const upstream = await serve((_args, call) => JSON.stringify([...call.persistentMetadata]));
    let pass = (): void => undefined;
    const answered = new Promise<void>((resolve) => (pass = resolve));
    let later: Promise<unknown> | undefined;
    const client = await serve(() =>
      runWithPersistentMetadata({ JOB: 'report' }, async () => {
        later = answered.then(() => upstream.echo('later'));
        return upstream.echo('now');
      }),
    );

    const options = { persistentMetadata: { USER: 'alice' } };
    const now = [
      ['USER', 'alice'],
      ['JOB', 'report'],
    ];
    await expect(client.echo('hi', options)).resolves.toBe(JSON.stringify(now));
    pass();
    await expect(later).resolves.toBe(JSON.stringify(now.slice(1)));
  });

  it('keeps its observers out of memory once it is answered', async () => {
    const states: WeakRef<object>[] = [];
    const timers: NodeJS.Timeout[] = [];
    cleanUp(() => timers.forEach(clearTimeout));
    const handlers = {
      echo: () => {
        timers.push(setTimeout(() => currentCall(), 3_600_000));
        return 'answered';
      },
    };
    const observer = {
      requestStarted: () => {
        const state = {};
        states.push(new WeakRef(state));
        return state;
      },
      requestFinished: () => undefined,
    };
    const { address } = await serveEcho(handlers, { observers: [observer] });
    const { echo } = callEcho(address);

    await echo.echo('hi');
    await echo.echo('hi again');
    await until(() => {
      collectGarbage();
      return states[0]!.deref() === undefined;
    });
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
