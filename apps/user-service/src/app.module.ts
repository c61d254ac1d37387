import { Module } from '@nestjs/common';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { InMemoryUserRepository } from './users/in-memory-user.repository.js';
import { UserController } from './users/user.controller.js';
import { UserRepository } from './users/user.repository.js';

@Module({
  imports: [
    ThriftModule.forRoot({
      server: { port: Number(process.env.THRIFT_PORT ?? 8888), serviceName: 'example.user' },
    }),
  ],
  controllers: [UserController],
  providers: [{ provide: UserRepository, useClass: InMemoryUserRepository }],
})
export class AppModule {}
