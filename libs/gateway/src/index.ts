export {
  ThriftGatewayModule,
  type ThriftGatewayModuleAsyncOptions,
  type ThriftGatewayModuleOptions,
} from './module/thrift-gateway.module.js';
export { ThriftGateway, type GatewayOpenApiOptions } from './module/thrift-gateway.js';
export { mergeOpenApi, type MergeableDocument } from './openapi/merge-open-api.js';
export { THRIFT_ROUTE, type ThriftRoute } from './module/route-slot.js';
export type { CookieOptions } from './answer/cookie.js';
export type {
  ForwardedHeaders,
  ThriftGatewayOptions,
  ThriftGatewayRoutes,
  ThriftGatewayService,
} from './module/gateway-options.js';
