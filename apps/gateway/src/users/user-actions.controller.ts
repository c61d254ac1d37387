import {
  BadRequestException,
  Body,
  Controller,
  HttpCode,
  Param,
  Post,
  UseFilters,
} from '@nestjs/common';
import {
  InjectThriftClient,
  ParseBigIntPipe,
  ThriftHttpExceptionFilter,
} from '@nestjs-thrift/microservice';
import type { UserServiceClient } from 'contracts/user';

/** A route that the generated gateway leaves to us, for a rule that the IDL does not have: an action must not be empty. */
@Controller('users')
@UseFilters(ThriftHttpExceptionFilter)
export class UserActionsController {
  constructor(@InjectThriftClient('users') private readonly users: UserServiceClient) {}

  @Post(':id/actions')
  @HttpCode(202)
  async log(@Param('id', ParseBigIntPipe) id: bigint, @Body() body: unknown): Promise<void> {
    const { action } = (body ?? {}) as { action?: unknown };
    if (typeof action !== 'string' || action === '') {
      throw new BadRequestException('action must be a text that is not empty');
    }
    await this.users.LogUserAction(action, id);
  }
}
