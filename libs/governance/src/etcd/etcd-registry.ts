import type { Etcd3, Lease } from 'etcd3';
import { isAddress } from '../instances/discovery/instance.js';
import type {
  Registration,
  Registry,
  ServiceRegistration,
} from '../instances/registry/advertised-address.js';
import { DEFAULT_REGISTRY_PREFIX, instanceKey, instanceValue } from './registry-format.js';

/** How servers are registered in etcd. */
export interface EtcdRegistryOptions {
  /** Default `kitex/registry-etcd`. */
  readonly prefix?: string;
  /**
   * An instance that is no longer kept alive leaves the registry after so many seconds. Default 60, or the
   * environment variable KITEX_ETCD_REGISTRY_LEASE_TTL.
   */
  readonly leaseTtlSeconds?: number;
  /** Wait before registering anew after the lease was lost, in milliseconds. Default 10,000, as Kitex. */
  readonly retryDelayMs?: number;
  /** Told when the registration is lost and when registering anew failed. Default: nothing. */
  readonly onError?: (error: Error) => void;
}

/**
 * Registers servers in etcd in the format of Kitex's registry-etcd, so that Go clients find them. A registration lives by a
 * lease that is kept alive; when the lease is lost (a long pause, an etcd that was restored) the server registers anew.
 */
export class EtcdRegistry implements Registry {
  readonly #client: Etcd3;
  readonly #options: EtcdRegistryOptions;

  /** @param client stays the caller's to close, after the registrations. */
  constructor(client: Etcd3, options: EtcdRegistryOptions = {}) {
    this.#client = client;
    this.#options = options;
  }

  /** @throws TypeError if the address is malformed; otherwise rejects with the error of etcd. */
  async register(registration: ServiceRegistration): Promise<Registration> {
    if (!isAddress(registration.address)) {
      throw new TypeError(
        `"${registration.address}" cannot be registered: write host:port, [IPv6]:port or unix:/path`,
      );
    }
    const kept = new KeptRegistration(this.#client, this.#options, registration);
    await kept.register();
    return kept;
  }
}

class KeptRegistration implements Registration {
  readonly #client: Etcd3;
  readonly #options: EtcdRegistryOptions;
  readonly #registration: ServiceRegistration;
  #lease: Lease | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(client: Etcd3, options: EtcdRegistryOptions, registration: ServiceRegistration) {
    this.#client = client;
    this.#options = options;
    this.#registration = registration;
  }

  async register(): Promise<void> {
    const { prefix = DEFAULT_REGISTRY_PREFIX, leaseTtlSeconds = defaultTtlSeconds() } =
      this.#options;
    const lease = this.#client.lease(leaseTtlSeconds);
    this.#lease = lease;
    // Without a listener etcd3 throws from within its timer.
    lease.on('lost', (error) => this.#lost(lease, error));
    await lease
      .put(instanceKey(prefix, this.#registration))
      .value(instanceValue(this.#registration))
      .exec();
  }

  async close(): Promise<void> {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#lease?.revoke();
  }

  #lost(lease: Lease, error: Error): void {
    if (lease !== this.#lease || this.#closed) {
      return;
    }
    this.#lease = undefined;
    this.#options.onError?.(error);
    this.#timer = setTimeout(() => void this.#again(), this.#options.retryDelayMs ?? 10_000);
  }

  async #again(): Promise<void> {
    try {
      await this.register();
      if (this.#closed) {
        await this.#lease?.revoke();
      }
    } catch (error) {
      const lease = this.#lease;
      if (lease !== undefined) {
        this.#lost(lease, error as Error);
      }
    }
  }
}

function defaultTtlSeconds(): number {
  const seconds = Number(process.env['KITEX_ETCD_REGISTRY_LEASE_TTL']);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : 60;
}
