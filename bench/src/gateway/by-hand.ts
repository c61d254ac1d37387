import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  ParseIntPipe,
  Post,
  Query,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import {
  InjectThriftClient,
  ParseBigIntPipe,
  ThriftHttpExceptionFilter,
  ThriftJsonInterceptor,
} from '@nestjs-thrift/microservice';
import type { Item, Order, OrdersClient } from '../gen/gateway.js';

/** What a team writes that has no gateway: the same routes, with the same checks. */
@Controller('orders')
@UseInterceptors(ThriftJsonInterceptor)
@UseFilters(ThriftHttpExceptionFilter)
export class OrdersController {
  constructor(@InjectThriftClient('orders') private readonly orders: OrdersClient) {}

  @Get(':id')
  get(
    @Param('id', ParseBigIntPipe) id: bigint,
    @Query('limit', new ParseIntPipe({ optional: true })) limit?: number,
    @Query('fields') fields?: string,
  ): Promise<Order> {
    return this.orders.Get({ id, limit, fields: fields?.split(',') });
  }

  @Post()
  @HttpCode(200)
  put(@Body() body: Record<string, unknown>): Promise<Order> {
    return this.orders.Put({
      id: integer(body, 'id'),
      customer: typed<string>(body, 'customer', 'string'),
      paid: typed<boolean>(body, 'paid', 'boolean'),
      items: items(body['items']),
      note: body['note'] === undefined ? undefined : typed<string>(body, 'note', 'string'),
    });
  }
}

function items(value: unknown): Item[] {
  if (!Array.isArray(value)) {
    throw new BadRequestException('items must be an array');
  }
  return value.map((item: Record<string, unknown>) => ({
    sku: integer(item, 'sku'),
    count: typed<number>(item, 'count', 'number'),
    price: typed<number>(item, 'price', 'number'),
  }));
}

function integer(from: Record<string, unknown>, name: string): bigint {
  const value = typed<number>(from, name, 'number');
  if (!Number.isSafeInteger(value)) {
    throw new BadRequestException(`${name} must be an integer`);
  }
  return BigInt(value);
}

function typed<T>(from: Record<string, unknown>, name: string, type: string): T {
  const value = from[name];
  if (typeof value !== type) {
    throw new BadRequestException(`${name} must be a ${type}`);
  }
  return value as T;
}
