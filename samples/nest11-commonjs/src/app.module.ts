import { Module } from '@nestjs/common';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { UserThriftModule } from './thrift/user.module';

@Module({
  imports: [ThriftModule.forRoot({ server: { port: 8888 } }), UserThriftModule],
})
export class AppModule {}
