// Everything of @nestjs-thrift/governance, so that an application needs no second package among its dependencies.
export * from '@nestjs-thrift/governance';
