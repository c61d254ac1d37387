import { ThriftServer } from '../server/thrift-server.js';
import { ThriftClient } from './thrift-client.js';

describe('options of clients and servers of Nest', () => {
  const messages = (make: () => unknown): string[] => {
    try {
      make();
    } catch (error) {
      expect(error).toBeInstanceOf(TypeError);
      return (error as Error).message.split('\n');
    }
    throw new Error('nothing was rejected');
  };

  it('names the client, the option and the nearest name, for all that is wrong', () => {
    const options = {
      services: ['Users'],
      endpoints: ['a:1', undefined],
      timeoutMS: 5,
      attemptTimeoutMs: '300',
      connection: { mode: 'long', minIdlePerAddress: 6 },
    };
    expect(messages(() => new ThriftClient(options as never))).toEqual([
      'unknown option client(Users).timeoutMS; did you mean timeoutMs?',
      'client(Users).connection.minIdlePerAddress must be an integer from 0 to 5; got 6',
      'client(Users).endpoints[1] must be an address (host:port, [IPv6]:port or unix:/path) or an object of options; got undefined; is an environment variable not set?',
      'client(Users).attemptTimeoutMs must be milliseconds, an integer from 0 to 2147483647; got the string "300"',
    ]);
  });

  it('rejects options that a server does not have', () => {
    const options = { prot: 8888, exitWaitMs: 5, drainTimeoutMs: -1 };
    expect(messages(() => new ThriftServer(options as never))).toEqual([
      'unknown option server.prot; did you mean port?',
      'unknown option server.exitWaitMs',
      'server.drainTimeoutMs must be milliseconds, an integer from 0 to 2147483647; got -1',
    ]);
  });
});
