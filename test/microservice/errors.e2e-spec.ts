import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  type ModuleMetadata,
  NotFoundException,
  type Type,
  UseFilters,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { RpcException } from '@nestjs/microservices';
import {
  ApplicationExceptionType,
  BizStatusError,
  LimitExceededError,
  RemoteError,
  type ThriftServerOptions,
  ThriftMethod,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { type Observable, of, throwError } from 'rxjs';
import { type Served, clientOf, serve } from '#test/applications.js';
import { OutOfStock, Shop, type ShopClient, Unrelated, untyped } from '#test/shop.js';

/** Serves a Shop whose GetItem throws. */
async function serveThrowing(
  error: () => unknown,
  {
    filters = [],
    options = {},
    ...metadata
  }: ModuleMetadata & { filters?: Type<ExceptionFilter>[]; options?: ThriftServerOptions } = {},
): Promise<Served & { client: ShopClient }> {
  @ThriftService(untyped(Shop))
  @UseFilters(...filters)
  class ShopController {
    @ThriftMethod() async GetItem(): Promise<never> {
      throw error();
    }
    @ThriftMethod() Describe(): Observable<never> {
      return throwError(error);
    }
    @ThriftMethod() Count(): string {
      return 'no number';
    }
    @ThriftMethod() Reset(): void {}
    @ThriftMethod() Note(): never {
      throw error();
    }
  }

  const served = await serve({ ...metadata, controllers: [ShopController] }, options);
  return { ...served, client: clientOf(Shop, served.endpoint) };
}

@Catch()
class CatchAll implements ExceptionFilter {
  catch(): Observable<never> {
    return throwError(() => new RpcException('caught by the global filter').getError());
  }
}

const globalCatchAll = { providers: [{ provide: APP_FILTER, useClass: CatchAll }] };
const hidden = { code: 'REMOTE_ERROR', type: ApplicationExceptionType.INTERNAL_ERROR };

describe('what handlers throw', () => {
  it.each([
    ['without filters', {}],
    ['next to a global filter that catches everything', globalCatchAll],
  ])('reaches callers if it is declared, %s', async (_name, metadata) => {
    const { client, logs } = await serveThrowing(
      () => new OutOfStock({ message: 'sold out', item_id: 7n }),
      metadata,
    );
    const error: unknown = await client.GetItem(7n).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutOfStock);
    expect(error).toMatchObject({ message: 'sold out', item_id: 7n });
    expect(logs.errors).toEqual([]);
  });

  it.each([
    ['without filters', {}],
    ['next to a global filter that catches everything', globalCatchAll],
  ])('reaches callers if it is a business status, %s', async (_name, metadata) => {
    const { client, logs } = await serveThrowing(
      () => new BizStatusError(1002, 'bad id', { field: 'id' }),
      metadata,
    );
    const error: unknown = await client.GetItem(7n).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BizStatusError);
    expect(error).toMatchObject({ statusCode: 1002, message: 'bad id', extra: { field: 'id' } });
    expect(logs.errors).toEqual([]);
  });

  it('reaches callers out of an Observable too', async () => {
    const { client } = await serveThrowing(() => new BizStatusError(1002, 'bad id'));
    const item = { id: 1n, name: 'book' };
    await expect(client.Describe('', item)).rejects.toMatchObject({ statusCode: 1002 });
  });

  it('reaches callers as a LimitExceededError if a limit rejected the request', async () => {
    const { client } = await serveThrowing(() => new LimitExceededError('too many'));
    await expect(client.GetItem(7n)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('request over limit: too many'),
    });
  });

  it('is hidden from callers if a service that the handler called is over a limit', async () => {
    const error = new LimitExceededError('too many', { address: '10.0.0.1:9000' });
    const { client } = await serveThrowing(() => error);
    await expect(client.GetItem(7n)).rejects.toMatchObject(hidden);
  });

  it.each<[string, () => unknown]>([
    ['an error of JavaScript', () => new TypeError('the password is 1234')],
    ['an exception the method does not declare', () => new Unrelated({ message: 'is 1234' })],
    ['a Nest HttpException', () => new NotFoundException('is 1234')],
    ['a value that is not an error', () => 'is 1234'],
  ])('is hidden from callers and logged once if it is %s', async (_name, error) => {
    const { client, logs } = await serveThrowing(error);
    const thrown: unknown = await client.GetItem(7n).catch((caught: unknown) => caught);
    expect(thrown).toMatchObject(hidden);
    expect((thrown as Error).message).not.toContain('1234');
    expect(logs.errors).toEqual([expect.stringContaining('1234')]);
  });

  it.each<[string, () => unknown]>([
    ['an error of JavaScript', () => new TypeError('the password is 1234')],
    ['a Nest HttpException', () => new NotFoundException('is 1234')],
  ])('is shown to callers with exposeErrors if it is %s', async (_name, error) => {
    const { client } = await serveThrowing(error, { options: { exposeErrors: true } });
    await expect(client.GetItem(7n)).rejects.toMatchObject({
      ...hidden,
      message: expect.stringContaining('1234'),
    });
  });

  it('is logged once if it is not awaited', async () => {
    const { client, logs } = await serveThrowing(() => new TypeError('lost'));
    await client.Note('a');
    // A call on the same connection is served after the note.
    await client.Reset();
    expect(logs.errors).toEqual(['lost']);
  });

  it('is logged once, with the method, if the result does not fit its type', async () => {
    const { client, logs } = await serveThrowing(() => undefined);
    await expect(client.Count()).rejects.toMatchObject(hidden);
    expect(logs.errors).toEqual([expect.stringContaining('Shop.Count failed')]);
  });

  it('gives its text to callers if it is an RpcException', async () => {
    const { client } = await serveThrowing(() => new RpcException('for you'));
    await expect(client.GetItem(7n)).rejects.toMatchObject({
      ...hidden,
      message: expect.stringContaining('for you'),
    });
  });

  it('keeps its type and text if it is a RemoteError, and is logged', async () => {
    const { client, logs } = await serveThrowing(() => new RemoteError(1000, 'of a kind'));
    await expect(client.GetItem(7n)).rejects.toMatchObject({ type: 1000, message: 'of a kind' });
    expect(logs.errors).toEqual(['of a kind']);
  });

  it('becomes a business status if it is an RpcException with a code', async () => {
    const { client } = await serveThrowing(
      () => new RpcException({ code: 1003, message: 'broken', extra: { table: 'items' } }),
    );
    await expect(client.GetItem(7n)).rejects.toMatchObject({
      statusCode: 1003,
      message: 'broken',
      extra: { table: 'items' },
    });
  });

  it('goes to global filters if it is not for callers', async () => {
    const { client } = await serveThrowing(() => new TypeError('secret'), globalCatchAll);
    await expect(client.GetItem(7n)).rejects.toMatchObject({
      message: expect.stringContaining('caught by the global filter'),
    });
  });

  it('goes to filters of the controller first, declared exceptions too', async () => {
    const seen: unknown[] = [];

    @Catch(OutOfStock)
    class SoldOutFilter implements ExceptionFilter {
      catch(error: unknown, host: ArgumentsHost): Observable<unknown> {
        seen.push(error, host.getType());
        return of({ id: 0n, name: 'nothing' });
      }
    }

    const { client } = await serveThrowing(() => new OutOfStock({ message: 'sold out' }), {
      ...globalCatchAll,
      filters: [SoldOutFilter],
    });
    expect(await client.GetItem(7n)).toMatchObject({ id: 0n, name: 'nothing' });
    expect(seen).toEqual([expect.any(OutOfStock), 'rpc']);
  });

  it('is passed to observers as it was thrown', async () => {
    const outcomes: unknown[] = [];
    const error = new TypeError('secret');
    const { client } = await serveThrowing(() => error, {
      options: { observers: [{ requestFinished: (_call, outcome) => outcomes.push(outcome) }] },
    });
    await expect(client.GetItem(7n)).rejects.toMatchObject(hidden);
    expect(outcomes).toEqual([expect.objectContaining({ failed: true, error })]);
  });
});
