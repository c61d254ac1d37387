import { Inject } from '@nestjs/common';

/** The token of the typed client that `ThriftModule.forFeature` registers under a name. */
export function getThriftClientToken(name: string): string {
  return `ThriftClient:${name}`;
}

/** The token of the {@link ThriftClient} behind it: for its `status`, its events and its pools. */
export function getThriftClientProxyToken(name: string): string {
  return `ThriftClientProxy:${name}`;
}

/**
 * Injects the client that `ThriftModule.forFeature` registers under a name.
 *
 * @example
 * constructor(@InjectThriftClient('users') private readonly users: UserServiceClient) {}
 */
export function InjectThriftClient(name: string): ParameterDecorator & PropertyDecorator {
  return Inject(getThriftClientToken(name));
}
