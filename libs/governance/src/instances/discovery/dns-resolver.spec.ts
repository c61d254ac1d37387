import { until } from '#test/until.js';
import { addressRecord, DnsServer, serviceRecord } from '../../../test/dns-server.js';
import { RecordingListener } from '../../../test/recording-listener.js';
import { dnsResolver } from './dns-resolver.js';
import type { InstanceWatch, Resolver } from './resolver.js';

describe('dnsResolver', () => {
  let server: DnsServer;
  let watch: InstanceWatch | undefined;

  beforeEach(async () => {
    server = await DnsServer.listen();
  });
  afterEach(async () => {
    watch?.close();
    watch = undefined;
    await server.close();
  });

  function watching(resolver: Resolver, service = 'users.test'): RecordingListener {
    const listener = new RecordingListener();
    watch = resolver.watch(service, listener);
    return listener;
  }

  it('takes every address of a name for an instance and asks again', async () => {
    server.records.set('A users.test', [addressRecord('10.0.0.2'), addressRecord('10.0.0.1')]);
    const listener = watching(
      dnsResolver({ port: 8888, servers: [server.address], intervalMs: 10 }),
    );
    await listener.until(() => listener.updates.length === 1);
    expect(listener.addresses).toEqual(['10.0.0.1:8888', '10.0.0.2:8888']);
    server.records.set('A users.test', [addressRecord('10.0.0.3')]);
    await listener.until(() => listener.updates.length === 2);
    expect(listener.addresses).toEqual(['10.0.0.3:8888']);
  });

  it('reports no change when only the order of the addresses changed', async () => {
    server.records.set('A users.test', [addressRecord('10.0.0.2'), addressRecord('10.0.0.1')]);
    const listener = watching(dnsResolver({ port: 1, servers: [server.address], intervalMs: 1 }));
    await listener.until(() => listener.updates.length === 1);
    server.records.set('A users.test', [addressRecord('10.0.0.1'), addressRecord('10.0.0.2')]);
    const asked = server.questions;
    await until(() => server.questions >= asked + 6);
    expect(listener.updates).toHaveLength(1);
  });

  it('takes host, port and weight from the SRV records of the best priority', async () => {
    server.records.set('SRV _thrift._tcp.users.test', [
      serviceRecord(10, 5, 8888, 'a.users.test'),
      serviceRecord(10, 0, 8889, 'b.users.test'),
      serviceRecord(20, 5, 8888, 'spare.users.test'),
    ]);
    const listener = watching(
      dnsResolver({ type: 'srv', servers: [server.address] }),
      '_thrift._tcp.users.test',
    );
    await listener.until(() => listener.updates.length === 1);
    expect(listener.updates[0]).toEqual([
      { address: 'a.users.test:8888', weight: 5, tags: {} },
      { address: 'b.users.test:8889', weight: 1, tags: {} },
    ]);
  });

  it('reports a name that is gone, and reports it again when it is back', async () => {
    const listener = watching(dnsResolver({ port: 1, servers: [server.address], intervalMs: 1 }));
    await listener.until(() => listener.failures.length > 0);
    expect(listener.failures[0]).toMatchObject({ code: 'ENOTFOUND' });
    server.records.set('A users.test', [addressRecord('10.0.0.1')]);
    await listener.until(() => listener.updates.length === 1);
  });

  it('asks the system resolver when it has no own servers', async () => {
    const listener = watching(dnsResolver({ host: 'localhost', port: 8888 }));
    await listener.until(() => listener.updates.length === 1);
    expect(['127.0.0.1:8888', '[::1]:8888']).toContain(listener.addresses[0]);
  });
});
