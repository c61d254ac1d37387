import { ThriftRpcError } from '@nestjs-thrift/codec';
import { branded } from '@nestjs-thrift/codec/internal';

/** Discovery knows no instance that could be called. Kitex: ErrServiceDiscovery, ErrNoMoreInstance. */
export class NoInstanceError extends ThriftRpcError {
  static {
    branded(this, 'NoInstanceError');
  }

  /** Registry name of the service without instances. */
  readonly service: string;

  constructor(service: string, message: string, options?: ErrorOptions) {
    super('NO_INSTANCE', message, options);
    this.service = service;
  }
}
