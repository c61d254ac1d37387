import { Module } from '@nestjs/common';
import { UserThriftController } from './user.controller';

@Module({ controllers: [UserThriftController] })
export class UserThriftModule {}
