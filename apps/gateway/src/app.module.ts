import { Module } from '@nestjs/common';
import { THRIFT_HTTP_STATUSES, ThriftModule } from '@nestjs-thrift/microservice';
import { UserService } from './gen/user.js';
import { UsersController } from './users/users.controller.js';

@Module({
  imports: [
    ThriftModule.forRoot({ client: { callerName: 'example.gateway' } }),
    ThriftModule.forFeature([
      {
        name: 'users',
        service: UserService,
        endpoints: [process.env.USER_SERVICE ?? '127.0.0.1:8888'],
      },
    ]),
  ],
  controllers: [UsersController],
  providers: [
    // What the service's declared exceptions and business codes mean in HTTP.
    {
      provide: THRIFT_HTTP_STATUSES,
      useValue: { UserNotFound: 404, 1001: 404, 1002: 400, 1003: 502 },
    },
  ],
})
export class AppModule {}
