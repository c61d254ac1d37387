export { ThriftTracingModule } from './thrift-tracing.module.js';
export {
  ThriftTracing,
  type ThriftTracingOptions,
  type TracedCallSource,
} from './thrift-tracing.js';
export type { TracedService } from './peer-resource.js';
export type { ServiceNames } from '../service-names.js';
