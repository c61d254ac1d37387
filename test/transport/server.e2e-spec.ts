import { setImmediate as turn } from 'node:timers/promises';
import type { MethodDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import {
  AccessDeniedError,
  BizStatusError,
  currentCall,
  enableCurrentCall,
  LimitExceededError,
  RemoteError,
  ServerTransport,
  type IncomingCall,
  type MethodHandler,
  type ProtocolName,
  type ServerTransportOptions,
  type TransportName,
} from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { Echo, echoService, Failure, Other, otherService } from '#test/echo-service.js';
import { RawClient, request } from '#test/raw-client.js';
import { until } from '#test/until.js';

const method = (name: string): MethodDefinition => Echo.methods[name]!;
const echo = method('echo');

const transports: TransportName[] = ['Buffered', 'Framed', 'TTHeader', 'TTHeaderFramed'];
const protocols: ProtocolName[] = ['binary', 'compact'];
const shapes = transports.flatMap((transport) =>
  protocols.map((protocol) => ({ transport, protocol })),
);

describe('ServerTransport', () => {
  let server: ServerTransport;

  async function start(
    overrides: Record<string, MethodHandler> = {},
    options: ServerTransportOptions = {},
  ): Promise<RawClient> {
    const started = new ServerTransport([echoService(overrides), otherService], {
      port: 0,
      host: '127.0.0.1',
      fallbackService: 'Echo',
      ...options,
    });
    cleanUp(() => started.close({ drainTimeoutMs: 0 }));
    await started.listen();
    server = started;
    return open();
  }

  async function open(): Promise<RawClient> {
    const client = await RawClient.open(server.address);
    cleanUp(() => client.close());
    return client;
  }

  describe('transports', () => {
    it.each(shapes)('answers $transport $protocol in kind', async (shape) => {
      const client = await start();
      const reply = await client.call(echo, { text: 'hé' }, { ...shape, sequenceId: -7 });
      expect(reply).toMatchObject({
        ...shape,
        type: 2,
        name: 'echo',
        sequenceId: -7,
        body: { success: 'hé' },
      });
    });

    it('takes every transport on one connection, message by message', async () => {
      const client = await start();
      for (const shape of [...shapes, ...shapes.toReversed()]) {
        const reply = await client.call(echo, { text: 'x' }, shape);
        expect(reply).toMatchObject({ ...shape, body: { success: 'x' } });
      }
    });

    it('takes all transports in one chunk and answers in order', async () => {
      const client = await start();
      client.send(
        Buffer.concat(
          shapes.map((shape, index) =>
            request(echo, { text: `${index}` }, { ...shape, sequenceId: index }),
          ),
        ),
      );
      for (const [index, shape] of shapes.entries()) {
        const reply = await client.receive(echo);
        expect(reply).toMatchObject({ ...shape, sequenceId: index, body: { success: `${index}` } });
      }
    });

    it('takes messages byte by byte', async () => {
      const client = await start();
      client.socket.setNoDelay(true);
      for (const shape of shapes) {
        for (const byte of request(echo, { text: 'slow' }, shape)) {
          client.send(Buffer.of(byte));
          await turn();
        }
        expect((await client.receive(echo)).body).toEqual({ success: 'slow' });
      }
    });

    it.each(shapes)('takes and answers a large $transport $protocol message', async (shape) => {
      const client = await start();
      const tags = Array.from({ length: 50_000 }, (_, index) => `tag ${index}`);
      const reply = await client.call(method('tags'), { tags }, shape);
      expect(reply.body).toEqual({ success: tags });
    });

    it('answers old-style Binary with the strict one', async () => {
      const client = await start();
      const bare =
        '00000004' + '6563686f' + '01' + '00000005' + '0b0001' + '00000002' + '6869' + '00';
      client.send(bare);
      expect(await client.receive(echo)).toMatchObject({
        transport: 'Buffered',
        sequenceId: 5,
        body: { success: 'hi' },
      });
      client.send((bare.length / 2).toString(16).padStart(8, '0') + bare);
      expect(await client.receive(echo)).toMatchObject({
        transport: 'Framed',
        sequenceId: 5,
        body: { success: 'hi' },
      });
    });

    it.each([0, 1, -1, 2 ** 31 - 1, -(2 ** 31)])(
      'echoes the sequence id %i',
      async (sequenceId) => {
        const client = await start();
        for (const shape of shapes) {
          const reply = await client.call(echo, { text: '' }, { ...shape, sequenceId });
          expect(reply.sequenceId).toBe(sequenceId);
        }
      },
    );

    it('takes the sequence id of a TTHeader reply from the payload of its request', async () => {
      const client = await start();
      const bytes = request(echo, { text: 'x' }, { transport: 'TTHeader', sequenceId: 9 });
      bytes.writeInt32BE(1234, 8);
      client.send(bytes);
      expect(await client.receive(echo)).toMatchObject({ sequenceId: 9, headerSequenceId: 9 });
    });
  });

  describe('order', () => {
    it('serves pipelined requests one after another', async () => {
      let running = 0;
      let most = 0;
      const client = await start({
        echo: async ({ text }) => {
          most = Math.max(most, ++running);
          await turn();
          running--;
          return text;
        },
      });
      const count = 100;
      const all = Array.from({ length: count }, (_, index) =>
        request(echo, { text: `${index}` }, { sequenceId: index }),
      );
      for (const bytes of all) {
        client.send(bytes);
      }
      for (let index = 0; index < count; index++) {
        expect((await client.receive(echo)).sequenceId).toBe(index);
      }
      expect(most).toBe(1);
    });

    it('serves multiplexed requests side by side and answers out of order', async () => {
      const release = new Map<string, () => void>();
      const client = await start({
        echo: ({ text }) =>
          new Promise((resolve) => release.set(text as string, () => resolve(text))),
      });
      for (let sequenceId = 1; sequenceId <= 3; sequenceId++) {
        const shape = { transport: 'TTHeaderFramed', flags: 1, sequenceId } as const;
        client.send(request(echo, { text: `${sequenceId}` }, shape));
      }
      await until(() => release.size >= 3);
      expect(server.inFlightCount).toBe(3);
      for (const text of ['3', '1', '2']) {
        release.get(text)!();
        expect(await client.receive(echo)).toMatchObject({
          sequenceId: Number(text),
          headerSequenceId: Number(text),
          flags: 0,
          body: { success: text },
        });
      }
      expect(server.inFlightCount).toBe(0);
    });

    it('rejects requests of a caller that multiplexes beyond its limit in flight', async () => {
      const release: (() => void)[] = [];
      const handler: MethodHandler = ({ text }) =>
        new Promise((resolve) => release.push(() => resolve(text)));
      const client = await start({ echo: handler }, { maxInFlightPerConnection: 3 });
      for (let sequenceId = 1; sequenceId <= 10; sequenceId++) {
        const shape = { transport: 'TTHeader', flags: 1, sequenceId } as const;
        client.send(request(echo, { text: `${sequenceId}` }, shape));
      }
      for (let sequenceId = 4; sequenceId <= 10; sequenceId++) {
        expect(await client.receive(echo)).toMatchObject({
          sequenceId,
          body: { type: 6, message: expect.stringMatching(/^request over limit: /) as string },
        });
      }
      expect(release).toHaveLength(3);
      release.forEach((finish) => finish());
      for (let sequenceId = 1; sequenceId <= 3; sequenceId++) {
        expect(await client.receive(echo)).toMatchObject({ sequenceId });
      }
    });

    it('stops serving a caller that does not take its replies, and goes on when it does', async () => {
      let served = 0;
      const big = 'x'.repeat(400_000);
      const client = await start({
        echo: () => {
          served++;
          return big;
        },
      });
      client.socket.pause();
      const count = 100;
      const requests = request(echo, { text: '' });
      client.send(Buffer.concat(Array.from({ length: count }, () => requests)));
      let before = -1;
      while (before !== served || served === 0) {
        before = served;
        for (let round = 0; round < 50; round++) {
          await turn();
        }
      }
      expect(served).toBeLessThan(count);
      client.socket.resume();
      for (let index = 0; index < count; index++) {
        expect((await client.receive(echo)).type).toBe(2);
      }
      expect(served).toBe(count);
    });
  });

  describe('routing', () => {
    it('finds inherited methods of the service a caller names, or of the first that has them', async () => {
      const client = await start();
      const where = async (shape: Parameters<typeof request>[2]): Promise<unknown> =>
        (await client.call(method('where'), {}, shape)).body['success'];
      expect(await where({})).toBe('Echo');
      expect(await where({ name: 'Other:where' })).toBe('Other');
      expect(await where({ transport: 'TTHeader', strings: { isn: 'Other' } })).toBe('Other');
      expect(await where({ transport: 'TTHeader' })).toBe('Echo');
    });

    it('answers a multiplexed name with the bare one', async () => {
      const client = await start();
      const reply = await client.call(
        Other.methods['other']!,
        { text: 'x' },
        { name: 'Other:other' },
      );
      expect(reply).toMatchObject({ name: 'other', body: { success: 'x' } });
    });

    it('answers an unknown method with type 1 and stays usable', async () => {
      const client = await start();
      for (const shape of shapes) {
        const reply = await client.call(
          echo,
          { text: '' },
          { ...shape, name: 'nope', sequenceId: 3 },
        );
        expect(reply).toMatchObject({
          ...shape,
          type: 3,
          name: 'nope',
          sequenceId: 3,
          body: { type: 1, message: 'unknown method nope (service Echo, Other)' },
        });
      }
      expect((await client.call(echo, { text: 'still here' })).body).toEqual({
        success: 'still here',
      });
    });

    it('answers an unknown method of a multiplexed name without the service in it', async () => {
      const client = await start();
      const reply = await client.call(echo, { text: '' }, { name: 'Echo:nope', sequenceId: 3 });
      expect(reply).toMatchObject({ type: 3, name: 'nope', sequenceId: 3, body: { type: 1 } });
    });

    it('answers an unknown service with type 20 and closes', async () => {
      const client = await start();
      const shape = { transport: 'TTHeader', strings: { isn: 'Nobody' }, name: 'where' } as const;
      expect(await client.call(method('where'), {}, shape)).toMatchObject({
        type: 3,
        strings: { crrst: '1' },
        body: { type: 20, message: 'unknown service Nobody, method where' },
      });
      await client.closed();
    });

    it('answers type 21 to a request that names no service when missing names are rejected', async () => {
      const client = await start({}, { rejectMissingServiceName: true });
      expect((await client.call(echo, { text: '' })).body).toMatchObject({ type: 21 });
      await client.closed();
    });
  });

  describe('oneway', () => {
    const fire = method('fire');

    it('gets no reply, whatever the message type says, and the next call gets its own', async () => {
      const fired: unknown[] = [];
      const client = await start({ fire: ({ text }) => void fired.push(text) });
      for (const type of [4, 1]) {
        client.send(request(fire, { text: `type ${type}` }, { type, sequenceId: 50 }));
        const reply = await client.call(echo, { text: 'next' }, { sequenceId: 51 });
        expect(reply).toMatchObject({ name: 'echo', sequenceId: 51, body: { success: 'next' } });
      }
      expect(fired).toEqual(['type 4', 'type 1']);
    });

    it('gets no reply when its handler fails, and the server is notified', async () => {
      const errors: unknown[] = [];
      const error = new Error('broken');
      const client = await start(
        { fire: () => Promise.reject(error) },
        { onHandlerError: (reason) => errors.push(reason) },
      );
      client.send(request(fire, { text: '' }, { type: 4 }));
      expect((await client.call(echo, { text: 'x' })).name).toBe('echo');
      expect(errors).toEqual([error]);
    });

    it('is not answered when the method is unknown', async () => {
      const client = await start();
      client.send(request(fire, { text: '' }, { type: 4, name: 'nope' }));
      expect((await client.call(echo, { text: 'x' })).name).toBe('echo');
    });

    it('is decided by the IDL: a method with a result answers a ONEWAY message', async () => {
      const client = await start();
      expect((await client.call(echo, { text: 'x' }, { type: 4 })).body).toEqual({ success: 'x' });
    });
  });

  describe('errors of handlers', () => {
    const failing = (error: unknown): Record<string, MethodHandler> => ({
      echo: () => {
        throw error;
      },
    });
    const reply = async (client: RawClient, transport: TransportName = 'TTHeader') =>
      client.call(echo, { text: '' }, { transport, sequenceId: 4, strings: { isn: 'Echo' } });

    it.each([...transports])(
      'carries a declared exception in a reply over %s',
      async (transport) => {
        const client = await start(failing(new Failure({ reason: 'because', code: 7 })));
        const { type, body } = await reply(client, transport);
        expect(type).toBe(2);
        expect(body['failure']).toMatchObject({ reason: 'because', code: 7 });
      },
    );

    it('carries a declared exception of a rejected promise too', async () => {
      const error = new Failure({ reason: 'later', code: 8 });
      const client = await start({ echo: () => Promise.reject(error) });
      expect((await reply(client)).body['failure']).toMatchObject({ reason: 'later', code: 8 });
    });

    it('carries a business status in the header with an empty result', async () => {
      const client = await start(failing(new BizStatusError(-404, 'not found', { k: '1<2&"é' })));
      expect(await reply(client, 'TTHeaderFramed')).toMatchObject({
        type: 2,
        ints: { 22: '2' },
        strings: {
          'biz-status': '-404',
          'biz-message': 'not found',
          'biz-extra': '{"k":"1<2&\\"é"}',
        },
        body: { success: undefined },
      });
    });

    it('writes a business status with the bytes of Kitex, sections in another order', async () => {
      const client = await start(failing(new BizStatusError(-7, 'neg')));
      const received: Buffer[] = [];
      client.socket.on('data', (chunk: Buffer) => received.push(chunk));
      await client.call(
        echo,
        { text: '' },
        { transport: 'TTHeaderFramed', sequenceId: 9, strings: { isn: 'Echo' } },
      );
      // What Kitex 0.16 sends; it writes the sections the other way round, and readers take either order.
      const header = '0000004f1000000000000009000c0000';
      const strings = '010002000a62697a2d73746174757300022d37000b62697a2d6d65737361676500036e6567';
      const ints = '1000010016000132';
      const payload = '000000001180010002000000046563686f0000000900';
      expect(Buffer.concat(received).toString('hex')).toBe(header + ints + strings + payload);
    });

    it.each(['Framed', 'Buffered'] as const)(
      'tells a %s caller of a business status in an exception',
      async (transport) => {
        const client = await start(failing(new BizStatusError(404, 'not found')));
        expect(await reply(client, transport)).toMatchObject({
          type: 3,
          body: { type: 6, message: 'biz error: code=404, msg=not found' },
        });
      },
    );

    it('hands on the type and text of a RemoteError', async () => {
      const client = await start(failing(new RemoteError(1000, 'custom')));
      expect(await reply(client)).toMatchObject({
        type: 3,
        ints: { 22: '3' },
        body: { type: 1000, message: 'custom' },
      });
    });

    it.each([
      [new LimitExceededError('request too frequent'), 'request over limit: request too frequent'],
      [new AccessDeniedError('not you'), 'request forbidden: not you'],
    ])('reports limits and rules with the texts of Kitex', async (error, message) => {
      const client = await start(failing(error));
      expect((await reply(client)).body).toEqual({ type: 6, message });
    });

    it('hides that a service it called is over a limit', async () => {
      const error = new LimitExceededError('request too frequent', { address: '10.0.0.1:9000' });
      const client = await start(failing(error));
      expect((await reply(client)).body).toEqual({ type: 6, message: 'internal error' });
    });

    it.each([new Error('secret'), new TypeError('secret'), 'secret', null, undefined])(
      'hides what else was thrown (%p) and tells the server',
      async (error) => {
        const told: unknown[] = [];
        const client = await start(failing(error), {
          onHandlerError: (reason, call) => told.push([reason, call.method.name]),
        });
        expect((await reply(client)).body).toEqual({ type: 6, message: 'internal error' });
        expect(told).toEqual([[error, 'echo']]);
      },
    );

    it('shows it when asked to', async () => {
      const client = await start(failing(new Error('not so secret')), { exposeErrors: true });
      expect((await reply(client)).body).toEqual({ type: 6, message: 'not so secret' });
    });

    it('survives a hook that throws', async () => {
      const client = await start(failing(new Error('x')), {
        onHandlerError: () => {
          throw new Error('hook');
        },
      });
      expect((await reply(client)).body).toMatchObject({ type: 6 });
      expect((await reply(client)).body).toMatchObject({ type: 6 });
    });

    it.each(shapes)(
      'takes a $transport $protocol reply back that does not encode; the connection stays usable',
      async (shape) => {
        const tags: unknown[] = ['fine', 'fine', 42];
        const errors: unknown[] = [];
        const onHandlerError = (error: unknown) => errors.push(error);
        const client = await start({ tags: () => tags }, { onHandlerError });
        const first = await client.call(method('tags'), { tags: [] }, { ...shape, sequenceId: 5 });
        expect(first).toMatchObject({
          ...shape,
          type: 3,
          sequenceId: 5,
          body: { type: 6, message: 'internal error' },
        });
        expect(errors).toMatchObject([
          {
            code: 'ENCODE_FAILED',
            message: expect.stringMatching(
              /^the reply of Echo.tags cannot be encoded: .*success\[2\]: expected string/,
            ) as string,
          },
        ]);
        tags.pop();
        const second = await client.call(method('tags'), { tags: [] }, shape);
        expect(second.body).toEqual({ success: ['fine', 'fine'] });
      },
    );

    it.each([
      ['a long text', 'é'.repeat(40_000), {}, 'the end of its text'],
      ['large details', 'short', { k: 'x'.repeat(70_000) }, 'its details'],
      ['many details', 'short', { a: 'x'.repeat(40_000), b: 'x'.repeat(40_000) }, 'its details'],
      [
        'a long text and details',
        'é'.repeat(40_000),
        { k: 'v' },
        'its details, the end of its text',
      ],
    ])('keeps the code of a business status with %s', async (_name, text, extra, loss) => {
      const reported: unknown[] = [];
      const client = await start(failing(new BizStatusError(-404, text, extra)), {
        onHandlerError: (error) => reported.push(error),
      });
      const { type, strings } = await reply(client, 'TTHeader');
      expect({ type, status: strings['biz-status'], extra: strings['biz-extra'] }).toEqual({
        type: 2,
        status: '-404',
        extra: undefined,
      });
      const message = strings['biz-message']!;
      expect(message === text || (message.endsWith('é…') && message.length > 32_000)).toBe(true);
      expect(reported).toMatchObject([
        {
          code: 'ENCODE_FAILED',
          message: `business status -404 of Echo.echo does not fit into the header of a reply: it was sent without ${loss}`,
        },
      ]);
    });

    it('keeps the code of a business status with backward metadata that leaves no room', async () => {
      const client = await start({
        echo: (_args, call) => {
          call.setBackwardMetadata('k', 'x'.repeat(60_000));
          throw new BizStatusError(7, 'y'.repeat(20_000));
        },
      });
      const { strings } = await reply(client, 'TTHeader');
      expect(strings).toEqual({ 'biz-status': '7', 'biz-message': 'y'.repeat(20_000) });
    });

    it('answers a TTHeader caller that names no service with a business status as an exception', async () => {
      const client = await start(failing(new BizStatusError(404, 'not found')));
      const answer = await client.call(echo, { text: '' }, { transport: 'TTHeaderFramed' });
      expect(answer).toMatchObject({
        type: 3,
        strings: {},
        body: { type: 6, message: 'biz error: code=404, msg=not found' },
      });
    });
  });

  describe('the call a handler sees', () => {
    async function seen(
      shape: Parameters<typeof request>[2],
      look: (call: IncomingCall) => FieldValues,
    ): Promise<FieldValues> {
      let values: FieldValues = {};
      const client = await start({
        echo: (_args, call) => {
          values = look(call);
          return '';
        },
      });
      await client.call(echo, { text: '' }, shape);
      return values;
    }

    it('knows what the header said', async () => {
      const before = performance.now();
      const values = await seen(
        {
          transport: 'TTHeaderFramed',
          sequenceId: 77,
          ints: { 2: 'log-1', 3: 'cli.probe', 20: 'outer', 12: '800' },
          strings: {
            RPC_TRANSIT_tk: 'tv',
            RPC_PERSIST_pk: 'pv',
            RPC_TRANSIT_UPSTREAM_old: 'x',
            RPC_TRANSIT_: 'x',
            RPC_PERSIST_empty: '',
            'RPC_TRANSIT_gdpr-token': 'acl',
            isn: 'Echo',
          },
        },
        (call) => ({
          service: call.service.name,
          method: call.method.name,
          caller: call.caller,
          callerMethod: call.callerMethod,
          logId: call.logId,
          deadline: call.deadline,
          metadata: Object.fromEntries(call.metadata),
          persistent: Object.fromEntries(call.persistentMetadata),
          transport: call.transport,
          protocol: call.protocol,
          sequenceId: call.sequenceId,
          remoteAddress: call.remoteAddress,
        }),
      );
      expect(values).toEqual({
        service: 'Echo',
        method: 'echo',
        caller: 'cli.probe',
        callerMethod: 'outer',
        logId: 'log-1',
        deadline: expect.any(Number),
        metadata: { tk: 'tv', 'gdpr-token': 'acl' },
        persistent: { pk: 'pv' },
        transport: 'TTHeaderFramed',
        protocol: 'binary',
        sequenceId: 77,
        remoteAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      });
      expect(values['deadline']).toBeGreaterThan(before + 799);
      expect(values['deadline']).toBeLessThan(performance.now() + 800);
    });

    it.each(['', 'soon', '-5', '0', '1e9'])('takes the timeout %p for none', async (timeout) => {
      const values = await seen({ transport: 'TTHeader', ints: { 12: timeout } }, (call) => ({
        deadline: call.deadline,
      }));
      expect(values).toEqual({ deadline: Infinity });
    });

    it('knows nothing where there is no header', async () => {
      const values = await seen({}, (call) => ({
        caller: call.caller,
        callerMethod: call.callerMethod,
        logId: call.logId,
        deadline: call.deadline,
        metadata: call.metadata.size + call.persistentMetadata.size,
      }));
      expect(values).toEqual({
        caller: '',
        callerMethod: '',
        logId: '',
        deadline: Infinity,
        metadata: 0,
      });
    });

    it('is found from anywhere below the handler, each in its own', async () => {
      enableCurrentCall();
      const client = await start({
        echo: async ({ text }, call) => {
          await turn();
          expect(currentCall()).toBe(call);
          return `${text as string}/${currentCall()!.sequenceId}`;
        },
      });
      for (let sequenceId = 1; sequenceId <= 20; sequenceId++) {
        const shape = { transport: 'TTHeader', flags: 1, sequenceId } as const;
        client.send(request(echo, { text: `${sequenceId}` }, shape));
      }
      for (let index = 0; index < 20; index++) {
        const { sequenceId, body } = await client.receive(echo);
        expect(body).toEqual({ success: `${sequenceId}/${sequenceId}` });
      }
      expect(currentCall()).toBeUndefined();
    });

    it('sends values back with the reply, to callers with a header', async () => {
      const client = await start({
        echo: (_args, call) => {
          call.setBackwardMetadata('bk', 'bv');
          call.setBackwardMetadata('', 'ignored');
          call.setBackwardMetadata('empty', '');
          return '';
        },
      });
      const { strings } = await client.call(echo, { text: '' }, { transport: 'TTHeader' });
      expect(strings).toEqual({ bk: 'bv' });
      expect((await client.call(echo, { text: '' })).body).toEqual({ success: '' });
    });

    it('fires its signal when the deadline passes', async () => {
      let reason: unknown;
      const client = await start({
        echo: async (_args, { signal }) => {
          expect(signal.aborted).toBe(false);
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          ({ reason } = signal);
          return 'late';
        },
      });
      const shape = { transport: 'TTHeader', ints: { 12: '30' } } as const;
      expect((await client.call(echo, { text: '' }, shape)).body).toEqual({ success: 'late' });
      expect(reason).toMatchObject({ code: 'RPC_TIMEOUT', timeoutMs: 30 });
    });

    it('fires its signal when the caller goes away', async () => {
      const reasons: unknown[] = [];
      let started = 0;
      const client = await start({
        echo: async (_args, { signal }) => {
          started++;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          reasons.push(signal.reason);
          return 'nobody hears';
        },
      });
      client.send(request(echo, { text: '' }));
      await until(() => started >= 1);
      client.close();
      await until(() => reasons.length >= 1);
      expect(reasons).toMatchObject([{ code: 'CONNECTION_LOST' }]);
      await until(() => server.inFlightCount === 0);
    });
  });

  describe('admission', () => {
    it('answers with the error it gives, before arguments are decoded', async () => {
      const seen: string[] = [];
      const client = await start(
        {},
        {
          admit: (call) => {
            seen.push(call.method.name);
            return seen.length === 1 ? new LimitExceededError('request too frequent') : undefined;
          },
        },
      );
      expect((await client.call(echo, { text: '' })).body).toEqual({
        type: 6,
        message: 'request over limit: request too frequent',
      });
      expect((await client.call(echo, { text: 'in' })).body).toEqual({ success: 'in' });
      expect(seen).toEqual(['echo', 'echo']);
    });

    it('that throws is an error of the server, and nothing else breaks', async () => {
      const told: unknown[] = [];
      const client = await start(
        {},
        {
          admit: () => {
            throw new Error('broken rule');
          },
          onHandlerError: (error) => told.push(error),
        },
      );
      expect((await client.call(echo, { text: '' })).body).toEqual({
        type: 6,
        message: 'internal error',
      });
      expect(told).toMatchObject([{ message: expect.stringContaining('broken rule') as string }]);
      expect(server.inFlightCount).toBe(0);
    });

    it('says why it refused, and leaves oneway requests without a reply', async () => {
      const client = await start({}, { admit: () => new Error('closed for lunch') });
      client.send(request(method('fire'), { text: '' }, { type: 4 }));
      expect(await client.call(echo, { text: '' })).toMatchObject({
        name: 'echo',
        body: { type: 6, message: 'closed for lunch' },
      });
    });
  });
});
