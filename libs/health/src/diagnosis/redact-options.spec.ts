import { redactOptions } from './redact-options.js';

class EtcdClient {
  readonly password = 'hunter2';
}

describe('options in a diagnosis', () => {
  it('show settings as they are', () => {
    const options = { port: 8888, retry: { maxRetries: 2, backOff: [1, 2] }, tls: undefined };
    expect(redactOptions(options)).toEqual(options);
  });

  it('hide everything that could be a secret', () => {
    const secrets = {
      tls: {
        key: 'PEM',
        cert: Buffer.from('PEM'),
        ca: ['PEM'],
        passphrase: 'hunter2',
        rejectUnauthorized: false,
      },
      etcd: new EtcdClient(),
      auth: { username: 'root', password: 'hunter2' },
      accessToken: 'hunter2',
      url: 'http://root:hunter2@etcd:2379/kitex',
      bytes: new Uint8Array([1, 2]),
    };
    expect(redactOptions(secrets)).toEqual({
      tls: {
        key: '[redacted]',
        cert: '[redacted]',
        ca: '[redacted]',
        passphrase: '[redacted]',
        rejectUnauthorized: false,
      },
      etcd: '[EtcdClient]',
      auth: '[redacted]',
      accessToken: '[redacted]',
      url: 'http://[redacted]@etcd:2379/kitex',
      bytes: '[redacted]',
    });
    expect(JSON.stringify(redactOptions(secrets))).not.toMatch(/hunter2|PEM/);
  });

  it.each([
    'password',
    'db_pwd',
    'Auth-Token',
    'clientSecret',
    'credentials',
    'api_key',
    'accessKey',
  ])('hide what is called %s', (name) => {
    expect(redactOptions({ [name]: 'hunter2' })).toEqual({ [name]: '[redacted]' });
  });

  it.each(['zone', 'monkey', 'keyspace', 'version'])('show what is called %s', (name) => {
    expect(redactOptions({ [name]: 'one' })).toEqual({ [name]: 'one' });
  });

  it('name functions and services instead of looking into them', () => {
    const service = { name: 'Users', methods: { Get: {} } };
    function isAllowed(): void {}
    expect(redactOptions({ service, access: [isAllowed] })).toEqual({
      service: 'Users',
      access: ['[function isAllowed]'],
    });
  });

  it('end, however deep, long or circular what they are given is', () => {
    const circular: Record<string, unknown> = { list: Array.from({ length: 10_000 }, () => 1) };
    circular['self'] = circular;
    const text = JSON.stringify(redactOptions({ ...circular, text: 'x'.repeat(10_000) }));
    expect(text.length).toBeLessThan(10_000);
    expect(text).toContain('[…]');
  });
});
