// For the packages of this project alone: undocumented, changed without notice.
export { IDL } from '../idl/compile-idl.js';
export { THRIFT_FEATURE_OPTIONS } from '../module/thrift-module-options.js';
export { INJECTED, MODULES } from '../module/nest-options.js';
export { providersOf } from '../module/thrift-observer.module.js';
export { isThriftObserver } from '../observer/thrift-observer.decorator.js';
