import { isObject } from '@nestjs-thrift/transport/internal';
import {
  DEFAULT_WEIGHT,
  isAddress,
  toInstance,
  type Instance,
} from '../instances/discovery/instance.js';
import type { ServiceRegistration } from '../instances/registry/advertised-address.js';

/** Where Kitex's registry-etcd keeps instances. */
export const DEFAULT_REGISTRY_PREFIX = 'kitex/registry-etcd';

/** The value of an instance as registry-etcd writes it; Go writes null for tags that are not set. Other writers leave the weight out. */
interface InstanceValue {
  readonly network: string;
  readonly address: string;
  readonly weight?: number | null;
  readonly tags?: Readonly<Record<string, string>> | null;
}

function isInstanceValue(json: unknown): json is InstanceValue {
  const { network, address, weight, tags } = Object(json) as Record<keyof InstanceValue, unknown>;
  return (
    typeof network === 'string' &&
    typeof address === 'string' &&
    (weight == null || typeof weight === 'number') &&
    (tags == null ||
      (isObject(tags) && Object.values(tags).every((tag) => typeof tag === 'string')))
  );
}

/** Keys of all instances of a service begin so. */
export function servicePrefix(prefix: string, service: string): string {
  return `${prefix}/${service}/`;
}

/** Key of one instance. */
export function instanceKey(prefix: string, { serviceName, address }: ServiceRegistration): string {
  return servicePrefix(prefix, serviceName) + address.replace(/^unix:/, '');
}

/** Value of one instance. */
export function instanceValue({
  address,
  weight = DEFAULT_WEIGHT,
  tags = {},
}: ServiceRegistration): string {
  const unix = address.startsWith('unix:');
  const network = unix ? 'unix' : 'tcp';
  return JSON.stringify({ network, address: address.replace(/^unix:/, ''), weight, tags });
}

/** The instance of a value; `undefined` for an invalid entry, so that it does not hide the others. */
export function parseInstance(value: string): Instance | undefined {
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch {
    return undefined;
  }
  if (!isInstanceValue(json)) {
    return undefined;
  }
  const address = json.network === 'unix' ? `unix:${json.address}` : json.address;
  return isAddress(address)
    ? toInstance({ address, weight: weightOf(json.weight), tags: json.tags ?? {} })
    : undefined;
}

/** As Kitex reads it, so that callers in Go and in Node agree: 0 is what Go writes for a weight that was not set. */
function weightOf(weight: number | null | undefined): number {
  return typeof weight === 'number' && weight > 0 ? weight : DEFAULT_WEIGHT;
}
