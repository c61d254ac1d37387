// How the api.* annotations of Kitex and Hertz map methods and fields to HTTP.
export {
  isHidden,
  isTextInJson,
  jsonKey,
  nestedKeys,
  requestMapping,
  resultMapping,
  type HttpPlace,
  type HttpSource,
  type RequestMapping,
  type ResultMapping,
} from './field-mapping.js';
export {
  httpRoutes,
  type HttpExposure,
  type HttpRoute,
  type HttpRoutes,
  type HttpVerb,
} from './route.js';
export { isEndToEndHeader, isHeaderName, type HttpFault } from './header-names.js';
export { requestFields, type RequestFields } from './request-fields.js';
export type { RouteSegment } from './route-path.js';
export { allMethods, findEnum, findService, findStruct } from '../schema/queries.js';
export { IdlError } from '../errors/idl.error.js';
export type * from '../schema/schema.js';
