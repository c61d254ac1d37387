import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import {
  InjectThriftClient,
  ThriftHttpExceptionFilter,
  ThriftJsonInterceptor,
} from '@nestjs-thrift/microservice';
import type { UserServiceClient } from 'contracts/user';

/** REST in front of UserService: one route per method. */
@Controller('users')
@UseInterceptors(ThriftJsonInterceptor)
@UseFilters(ThriftHttpExceptionFilter)
export class UsersController {
  constructor(@InjectThriftClient('users') private readonly users: UserServiceClient) {}

  @Get()
  list(@Query('page_size') pageSize?: string, @Query('after_id') afterId?: string) {
    return this.users.ListUsers({
      page_size: pageSize === undefined ? undefined : parsePageSize(pageSize),
      after_id: afterId === undefined ? undefined : parseId(afterId),
    });
  }

  @Get('batch')
  batch(@Query('ids') ids = '') {
    return this.users.BatchGetUsers({ user_ids: ids.split(',').filter(Boolean).map(parseId) });
  }

  @Get(':id')
  async get(@Param('id') id: string) {
    const { user } = await this.users.GetUser({ user_id: parseId(id) }, { timeoutMs: 1000 });
    return user;
  }

  @Post(':id/actions')
  @HttpCode(202)
  async log(@Param('id') id: string, @Body() body: unknown) {
    const { action } = (body ?? {}) as { action?: unknown };
    if (typeof action !== 'string' || action === '') {
      throw new BadRequestException('action must be a text that is not empty');
    }
    await this.users.LogUserAction(action, parseId(id));
  }
}

function parsePageSize(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) {
    throw new BadRequestException(`page_size must be an integer, got "${text}"`);
  }
  return Number(text);
}

function parseId(text: string): bigint {
  if (!/^-?\d{1,18}$/.test(text)) {
    throw new BadRequestException(`a user id must be an integer, got "${text}"`);
  }
  return BigInt(text);
}
