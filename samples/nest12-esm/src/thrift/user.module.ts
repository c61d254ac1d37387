import { Module } from '@nestjs/common';
import { UserThriftController } from './user.controller.js';

@Module({ controllers: [UserThriftController] })
export class UserThriftModule {}
