import { performance } from 'node:perf_hooks';
import { resolveOptions } from '@nestjs-thrift/transport/internal';
import { CallMetadata } from './call-metadata.js';
import { GATEWAY_OPTIONS, type ThriftGatewayOptions } from './gateway-options.js';

const signal = new AbortController().signal;

function metadataOf(options: ThriftGatewayOptions): CallMetadata {
  return new CallMetadata(resolveOptions('gateway', GATEWAY_OPTIONS, options));
}

/** What a call gets of the headers of its request. */
function callOptions(options: ThriftGatewayOptions, ...rawHeaders: string[]) {
  const { signal: _, ...rest } = metadataOf(options).optionsFor({ rawHeaders } as never, signal);
  return rest;
}

describe('headers of a request', () => {
  const SENT = [
    'Authorization',
    'Bearer x',
    'Cookie',
    'a=b',
    'X-Tenant',
    't1',
    'x-tenant',
    't2',
    'RPC-Transit-Foo-Bar',
    'v',
    'rpc-persist-a',
    '',
    'rpc-persist-b',
    'p',
    'rpc-transit-',
    'none',
  ];

  it('are not forwarded unless they are named', () => {
    expect(callOptions({}, ...SENT)).toEqual({});
  });

  it('are metadata under their names in lower case, or under the key that is named; the first value counts', () => {
    expect(callOptions({ forwardHeaders: ['X-Tenant', 'authorization'] }, ...SENT)).toEqual({
      metadata: { 'x-tenant': 't1', authorization: 'Bearer x' },
    });
    expect(callOptions({ persistHeaders: { 'x-tenant': 'TENANT' } }, ...SENT)).toEqual({
      persistentMetadata: { TENANT: 't1' },
    });
  });

  it('are metadata of metainfo with metainfoHeaders: any case, and no empty values', () => {
    expect(callOptions({ metainfoHeaders: true }, ...SENT)).toEqual({
      metadata: { FOO_BAR: 'v' },
      persistentMetadata: { B: 'p' },
    });
  });

  it('are left out where their bytes are not text', () => {
    expect(callOptions({ forwardHeaders: ['a'] }, 'a', '\u00ff')).toEqual({});
    expect(callOptions({ forwardHeaders: ['a'] }, 'a', 'Ã©')).toEqual({ metadata: { a: 'é' } });
  });

  it.each(['Connection', 'Keep-Alive', 'TE', 'Transfer-Encoding', 'Upgrade', 'a b', ''])(
    'cannot be named where they belong to the connection, or are none: %j',
    (name) => {
      for (const option of ['forwardHeaders', 'persistHeaders', 'backwardHeaders'] as const) {
        expect(() => metadataOf({ [option]: [name] })).toThrow(option);
      }
    },
  );
});

describe('the header with the time that a caller waits', () => {
  const options = { timeoutHeader: 'X-Timeout-Ms' };
  const deadlineFor = (text: string): number | undefined =>
    callOptions(options, 'x-timeout-ms', text).deadline as number | undefined;

  it('is a deadline, which shortens that of the client', () => {
    const before = performance.now();
    const deadline = deadlineFor('2500')!;
    expect(deadline).toBeGreaterThanOrEqual(before + 2_500);
    expect(deadline).toBeLessThanOrEqual(performance.now() + 2_500);
  });

  it.each(['', '1.5', '-1', '+1', '1s', 'x', '12345678901', ' 1'])(
    'is ignored unless it is up to ten digits: %j',
    (text) => {
      expect(deadlineFor(text)).toBeUndefined();
    },
  );

  it('is ignored unless it is configured', () => {
    expect(callOptions({}, 'x-timeout-ms', '1')).toEqual({});
  });
});

describe('metadata that a service sends back', () => {
  const sent = new Map([
    ['X_QUOTA', '7'],
    ['trace', 't'],
    ['evil', 'a\r\nb'],
    ['a b', 'x'],
  ]);

  it('becomes the headers that are named, or all with metainfoHeaders, and none with line breaks', () => {
    expect(metadataOf({ backwardHeaders: ['X-Quota', 'evil'] }).headersOf(sent)).toEqual([
      ['x-quota', '7'],
    ]);
    expect(metadataOf({ metainfoHeaders: true }).headersOf(sent)).toEqual([
      ['rpc-backward-x-quota', '7'],
      ['rpc-backward-trace', 't'],
    ]);
  });
});
