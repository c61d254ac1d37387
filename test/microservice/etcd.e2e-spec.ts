import { NestFactory } from '@nestjs/core';
import { EtcdRegistry, etcdResolver } from '@nestjs-thrift/governance/etcd';
import {
  ThriftMethod,
  ThriftModule,
  ThriftService,
  getThriftClientToken,
} from '@nestjs-thrift/microservice';
import { Etcd3 } from 'etcd3';
import { etcdIsInstalled, EtcdServer } from '#test/etcd-server.js';
import { serve } from '#test/applications.js';
import { Probe, type ProbeClient } from '#test/shop.js';

if (!etcdIsInstalled) {
  console.warn('etcd is not installed (Debian: etcd-server): its tests are skipped');
}

@ThriftService(Probe)
class ProbeController {
  @ThriftMethod() Ask(question: string): string {
    return `you asked ${question}`;
  }
}

(etcdIsInstalled ? describe : describe.skip)('a Nest server in a real etcd', () => {
  let etcd: EtcdServer;
  let etcdClient: Etcd3;

  beforeAll(async () => {
    etcd = await EtcdServer.start();
    etcdClient = new Etcd3({ hosts: etcd.url });
  });
  afterAll(async () => {
    etcdClient.close();
    await etcd.stop();
  });

  it('is found by a Nest client under its registry name, and gone after its drain', async () => {
    // The port is not known before listening, and clients of this machine need its loopback address.
    process.env['KITEX_IP_TO_REGISTRY'] = '127.0.0.1';
    const { app } = await serve(
      { controllers: [ProbeController] },
      {
        serviceName: 'probe.service',
        registration: { registry: new EtcdRegistry(etcdClient), tags: { zone: 'a' } },
      },
    );
    delete process.env['KITEX_IP_TO_REGISTRY'];

    const caller = await NestFactory.createApplicationContext(
      {
        module: class CallerModule {},
        imports: [
          ThriftModule.forRoot({}),
          ThriftModule.forFeature([
            {
              name: 'probe',
              service: Probe,
              targetServiceName: 'probe.service',
              resolver: etcdResolver(etcdClient),
            },
          ]),
        ],
      },
      { logger: false },
    );
    const client = caller.get<ProbeClient>(getThriftClientToken('probe'), { strict: false });
    expect(await client.Ask('who')).toBe('you asked who');
    await app.close();
    expect(await etcdClient.getAll().prefix('kitex/registry-etcd').keys()).toEqual([]);
    await caller.close();
  });
});
