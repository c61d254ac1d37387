import {
  BizStatusError,
  ClientTransport,
  createClient,
  RemoteError,
  ServerTransport,
  type ClientTransportOptions,
  type ConnectionMode,
  type IncomingCall,
  type MethodHandler,
  type ProtocolName,
  type TransportName,
} from '../index.js';
import { Refused, SayService, type SayServiceClient } from '../../test/say-service.js';

const transports: TransportName[] = ['Buffered', 'Framed', 'TTHeader', 'TTHeaderFramed'];
const protocols: ProtocolName[] = ['binary', 'compact'];
const modes: ConnectionMode[] = [{ mode: 'long' }, { mode: 'short' }, { mode: 'mux' }];

describe('ClientTransport on a ServerTransport', () => {
  let server: ServerTransport;
  let transport: ClientTransport;
  let client: SayServiceClient;
  let handlers: Record<string, MethodHandler>;
  let served: IncomingCall[];

  beforeEach(async () => {
    served = [];
    handlers = {
      say: ({ text }, call) => {
        served.push(call);
        return `${String(text)}!`;
      },
      hush: () => undefined,
      shout: (_args, call) => void served.push(call),
    };
    const delegating = Object.fromEntries(
      Object.keys(handlers).map((name) => [
        name,
        ((args, call) => handlers[name]!(args, call)) as MethodHandler,
      ]),
    );
    server = new ServerTransport([{ definition: SayService, handlers: delegating }], {
      port: 0,
      host: '127.0.0.1',
    });
    await server.listen();
  });

  afterEach(async () => {
    transport.destroy();
    await server.close({ drainTimeoutMs: 0 });
  });

  function open(options: ClientTransportOptions = {}): void {
    // Machines that run tests can be slow.
    transport = new ClientTransport({
      connectTimeoutMs: 30_000,
      readTimeoutMs: 0,
      ...options,
    });
    client = createClient(SayService, {
      transport,
      endpoints: [server.address],
      attemptTimeoutMs: 0,
    });
  }

  describe.each(transports)('over %s', (name) => {
    describe.each(protocols)('in %s', (protocol) => {
      it.each(modes)('calls with connections of $mode mode', async (connection) => {
        open({ transport: name, protocol, connection });
        await expect(client.say('hello')).resolves.toBe('hello!');
        const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`);
        await expect(Promise.all(texts.map((text) => client.say(text)))).resolves.toEqual(
          texts.map((text) => `${text}!`),
        );
        await expect(client.hush('quiet')).resolves.toBeUndefined();
        handlers['say'] = () => {
          throw new Refused({ reason: 'no' });
        };
        await expect(client.say('hello')).rejects.toEqual(new Refused({ reason: 'no' }));
        handlers['say'] = () => {
          throw new Error('secret');
        };
        await expect(client.say('hello')).rejects.toThrow(new RemoteError(6, 'internal error'));
      });
    });
  });

  it('carries a business status over TTHeader', async () => {
    open();
    handlers['say'] = () => {
      throw new BizStatusError(1002, 'bad id', { field: 'id' });
    };
    await expect(client.say('x')).rejects.toMatchObject({
      statusCode: 1002,
      message: 'bad id',
      extra: { field: 'id' },
    });
  });
});
