/** What generated code takes from `@nestjs-thrift/microservice`. */
export type { CallOptions } from '../../../transport/src/call/call-options.js';

export declare class ThriftContext {
  readonly caller: string;
}
