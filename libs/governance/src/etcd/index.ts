export { etcdResolver } from './etcd-resolver.js';
export type { EtcdResolverOptions } from './etcd-resolver.js';
export { EtcdRegistry } from './etcd-registry.js';
export type { EtcdRegistryOptions } from './etcd-registry.js';
export { EtcdGovernanceConfig } from './etcd-config.js';
export type { EtcdGovernanceConfigOptions } from './etcd-config.js';
