import { Catch, type ExceptionFilter } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { BizStatusError, ThriftMethod, ThriftService } from '@nestjs-thrift/microservice';
import { type Observable, throwError } from 'rxjs';
import { RawClient, request } from '#test/raw-client.js';
import { itOnSources, serve } from '#test/applications.js';
import { OutOfStock, Shop, Unrelated, untyped } from '#test/shop.js';

// No client is created here, so the server need not carry the call being served: the callers are bare sockets.

const globallyCaught: unknown[] = [];

@Catch()
class CatchAll implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    globallyCaught.push(error);
    return throwError(() => ({ status: 'error', message: 'caught by the global filter' }));
  }
}

const globalFilter = { provide: APP_FILTER, useClass: CatchAll };

async function replyTo(
  error: unknown,
  providers: object[] = [],
  pipeline: 'always' | 'if needed' = 'if needed',
) {
  @ThriftService(untyped(Shop))
  class ShopController {
    @ThriftMethod() async GetItem(_id: bigint): Promise<never> {
      throw error;
    }
    @ThriftMethod() Describe(): void {}
    @ThriftMethod() Count(): void {}
    @ThriftMethod() Reset(): void {}
    @ThriftMethod() Note(): void {}
  }
  const metadata = { controllers: [ShopController], providers: providers as never[] };
  const { endpoint, logs } = await serve(metadata, {}, undefined, pipeline);
  const client = await RawClient.open(endpoint);
  const method = Shop.methods.GetItem!;
  client.send(request(method, { id: 7n }, { transport: 'TTHeader', strings: { isn: 'Shop' } }));
  const reply = await client.receive(method);
  client.socket.destroy();
  return { reply, logs };
}

describe('errors of a server that does not carry the call being served', () => {
  it('reach callers if they are declared, next to a global filter that catches everything', async () => {
    const error = new OutOfStock({ message: 'sold out', item_id: 7n });
    const { reply } = await replyTo(error, [globalFilter]);
    expect(reply.body['outOfStock']).toMatchObject({ message: 'sold out', item_id: 7n });
    expect(globallyCaught).toEqual([]);
  });

  it('reach callers if they are a business status', async () => {
    const { reply } = await replyTo(new BizStatusError(1002, 'bad id'), [globalFilter]);
    expect(reply.strings).toMatchObject({ 'biz-status': '1002', 'biz-message': 'bad id' });
  });

  it('go to global filters if they are not declared', async () => {
    const error = new TypeError('secret');
    const { reply } = await replyTo(error, [globalFilter]);
    expect(reply.body['message']).toContain('caught by the global filter');
    expect(globallyCaught).toEqual([error]);
  });

  itOnSources.each([
    ['unknown', new TypeError('secret')],
    ['declared by no method', new Unrelated({ message: 'secret' })],
  ])('are hidden and logged if they are %s', async (_name, error) => {
    const { reply, logs } = await replyTo(error);
    expect(reply.type).toBe(3);
    expect(JSON.stringify(reply.body['message'])).not.toContain('secret');
    expect(logs.errors).toEqual(['secret']);
  });

  it('are logged with their method as well where Nest has put a text in their place', async () => {
    const { reply, logs } = await replyTo(new TypeError('secret'), [], 'always');
    expect(JSON.stringify(reply.body['message'])).not.toContain('secret');
    expect(logs.errors.join()).toContain('GetItem');
  });
});
