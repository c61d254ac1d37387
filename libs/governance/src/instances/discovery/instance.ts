import {
  either,
  ENDPOINT,
  group,
  number,
  type OptionsOf,
  readEndpoint,
  recordOf,
  required,
  text,
} from '@nestjs-thrift/transport/internal';

/** One running copy of a service. Kitex: discovery.Instance. */
export interface Instance {
  /** `host:port`, `[IPv6]:port`, or `unix:/path`. */
  readonly address: string;
  /** Share of the calls relative to the other instances; instances of 0 or less get none. Default 10. */
  readonly weight: number;
  readonly tags: Readonly<Record<string, string>>;
}

const INSTANCE_OPTIONS = {
  /** `host:port`, `[IPv6]:port`, or `unix:/path`. */
  address: required(ENDPOINT),
  /** Share of the calls relative to the other instances, 0 or more. Default 10. */
  weight: number({ min: 0 }),
  /** What callers can choose instances by. */
  tags: recordOf(text({ default: '' })),
};

/** An instance as written by people: an address, or an object with defaults to be filled in. */
export type InstanceLike = string | OptionsOf<typeof INSTANCE_OPTIONS>;

/** An option that is an instance. */
export const INSTANCE = either(ENDPOINT, group(INSTANCE_OPTIONS));

/** Weight of an instance without one. Kitex: discovery.DefaultWeight. */
export const DEFAULT_WEIGHT = 10;

const NO_TAGS = Object.freeze({});

/**
 * @throws TypeError if the address is neither `host:port` nor `unix:/path`.
 * @throws RangeError if the weight is not a finite number.
 */
export function toInstance(like: InstanceLike): Instance {
  const {
    address,
    weight = DEFAULT_WEIGHT,
    tags = NO_TAGS,
  } = typeof like === 'string' ? { address: like } : like;
  if (!isAddress(address)) {
    throw new TypeError(
      `"${address}" is not an address of an instance; expected host:port, [IPv6]:port or unix:/path`,
    );
  }
  if (!Number.isFinite(weight)) {
    throw new RangeError(`the weight of ${address} must be a finite number, got ${weight}`);
  }
  return { address, weight, tags };
}

/** Whether the text is an address that can be connected to, as {@link Instance.address} describes them. */
export function isAddress(text: string): boolean {
  return readEndpoint(text) !== undefined;
}
