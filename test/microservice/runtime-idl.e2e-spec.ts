import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inject } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  type CompiledSchema,
  type IdlOptions,
  InjectThriftClient,
  THRIFT_IDL,
  ThriftClient,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { listen, serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { type Item, SHOP_IDL } from '#test/shop.js';

interface MirrorClient {
  Reflect(id: bigint | number): Promise<bigint | number>;
}

/** Writes IDL files for the test. */
function writeIdl(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-thrift-idl-'));
  cleanUp(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

@ThriftService('Mirror')
class MirrorController {
  @ThriftMethod() Reflect(id: bigint | number): bigint | number {
    return id;
  }
}

const MIRROR = 'service Mirror { i64 Reflect(1: i64 id) }';

describe('IDL loaded at run time', () => {
  it('gives definitions to server, clients and handlers', async () => {
    const folder = writeIdl({ 'shop.thrift': SHOP_IDL });

    @ThriftService('Shop')
    class ShopController {
      constructor(@Inject(THRIFT_IDL) private readonly idl: CompiledSchema) {}

      @ThriftMethod() GetItem(id: bigint): Item {
        if (id < 0n) {
          const OutOfStock = this.idl.exception('OutOfStock');
          throw new OutOfStock({ message: 'sold out', item_id: id });
        }
        return { id, name: 'book' };
      }
      @ThriftMethod() Describe(): void {}
      @ThriftMethod() Count(): void {}
      @ThriftMethod() Reset(): void {}
      @ThriftMethod() Note(): void {}
    }

    const idl: IdlOptions = { path: join(folder, 'shop.thrift') };
    const module = await Test.createTestingModule({
      imports: [ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 }, idl })],
      controllers: [ShopController],
    }).compile();
    const app = module.createNestMicroservice({ strategy: module.get(ThriftServer) });
    cleanUp(() => app.close());
    const { port } = await listen(app);

    class Shopper {
      constructor(
        @InjectThriftClient('shop')
        readonly shop: { GetItem(id: bigint): Promise<Item> },
      ) {}
    }
    const caller = await Test.createTestingModule({
      imports: [
        ThriftModule.forRoot({ idl }),
        ThriftModule.forFeature([
          { name: 'shop', service: 'Shop', endpoints: [`127.0.0.1:${port}`] },
        ]),
      ],
      providers: [Shopper],
    }).compile();
    cleanUp(() => caller.close());
    const { shop } = caller.get(Shopper);
    expect(await shop.GetItem(5n)).toMatchObject({ id: 5n, name: 'book' });
    const compiled = caller.get<CompiledSchema>(THRIFT_IDL);
    const error: unknown = await shop.GetItem(-1n).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(compiled.exception('OutOfStock'));
    expect(error).toMatchObject({ message: 'sold out', item_id: -1n });
  });

  it('finds services of included files, and represents i64 as configured', async () => {
    const folder = writeIdl({
      'mirror.thrift': MIRROR,
      'main.thrift': 'include "mirror.thrift"\nservice Empty {}',
    });
    const idl: IdlOptions = { path: join(folder, 'main.thrift'), i64: 'number' };
    const { endpoint } = await serve({ controllers: [MirrorController] }, { idl });
    const client = new ThriftClient({ services: ['Mirror'], endpoints: [endpoint], idl });
    cleanUp(() => client.close());
    await client.connect();
    expect(await client.getService<MirrorClient>('Mirror').Reflect(5)).toBe(5);
  });

  it('is available to a directly constructed client once it is connected', async () => {
    const folder = writeIdl({ 'mirror.thrift': MIRROR });
    const idl: IdlOptions = { path: join(folder, 'mirror.thrift') };
    const { endpoint } = await serve({ controllers: [MirrorController] }, { idl });
    const client = new ThriftClient({ services: ['Mirror'], endpoints: [endpoint], idl });
    cleanUp(() => client.close());
    expect(() => client.getService('Mirror')).toThrow(
      'Mirror comes from the IDL, which is loaded by connect(): call it first',
    );
    await client.connect();
    expect(await client.getService<MirrorClient>('Mirror').Reflect(5n)).toBe(5n);
  });

  it('serves and calls the method then, without thenables', async () => {
    @ThriftService('Steps')
    class StepsController {
      @ThriftMethod() then_(step: number): number {
        return step + 1;
      }
    }
    const folder = writeIdl({ 'steps.thrift': 'service Steps { i32 then(1: i32 step) }' });
    const idl: IdlOptions = { path: join(folder, 'steps.thrift') };
    const { endpoint } = await serve({ controllers: [StepsController] }, { idl });
    const client = new ThriftClient({ services: ['Steps'], endpoints: [endpoint], idl });
    cleanUp(() => client.close());
    await client.connect();
    const steps = await Promise.resolve(
      client.getService<{ then_(step: number): Promise<number> }>('Steps'),
    );
    expect(await steps.then_(1)).toBe(2);
  });

  it('names the services there are if one is unknown', async () => {
    const folder = writeIdl({ 'shop.thrift': SHOP_IDL });
    const idl: IdlOptions = { path: join(folder, 'shop.thrift') };
    await expect(serve({ controllers: [MirrorController] }, { idl })).rejects.toThrow(
      /shop\.thrift has no service Mirror; it has Shop, Probe$/,
    );
  });

  it('names the files if a service is in several', async () => {
    const folder = writeIdl({
      'a.thrift': MIRROR,
      'b.thrift': MIRROR,
      'main.thrift': 'include "a.thrift"\ninclude "b.thrift"',
    });
    const idl: IdlOptions = { path: join(folder, 'main.thrift') };
    await expect(serve({ controllers: [MirrorController] }, { idl })).rejects.toThrow(
      /Mirror is in .*a\.thrift and .*b\.thrift/,
    );
  });

  it('reports faults of the IDL when the server starts', async () => {
    const folder = writeIdl({ 'bad.thrift': 'service Mirror { i64 Reflect(1: i46 id) }' });
    const idl: IdlOptions = { path: join(folder, 'bad.thrift') };
    await expect(serve({ controllers: [MirrorController] }, { idl })).rejects.toThrow('i46');
  });
});
