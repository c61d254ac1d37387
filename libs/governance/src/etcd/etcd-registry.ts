import type { Etcd3, Lease } from 'etcd3';
import {
  callback,
  CallbackReport,
  integer,
  milliseconds,
  type OptionsOf,
  type Resolved,
  resolveOptions,
  text,
} from '@nestjs-thrift/transport/internal';
import { isAddress } from '../instances/discovery/instance.js';
import type {
  Registration,
  Registry,
  ServiceRegistration,
} from '../instances/registry/advertised-address.js';
import { DEFAULT_REGISTRY_PREFIX, instanceKey, instanceValue } from './registry-format.js';
import { inTime, withDeadline } from './time-limit.js';

/** Options of the registration in etcd. */
export const ETCD_REGISTRY_OPTIONS = {
  /** Where registrations are kept. */
  prefix: text({ default: DEFAULT_REGISTRY_PREFIX }),
  /**
   * An instance that is no longer kept alive leaves the registry after so many seconds.
   *
   * @defaultValue 60, or the environment variable KITEX_ETCD_REGISTRY_LEASE_TTL
   */
  leaseTtlSeconds: integer({ min: 1 }),
  /**
   * How often to look whether the registration is still there, in milliseconds; one that vanished is written again.
   * Kitex: WithObserveDelay.
   */
  observeDelayMs: milliseconds({ min: 1, default: 30_000 }),
  /** Wait before the next attempt to register after the lease was lost, in milliseconds. Kitex: WithRetryDelay. */
  retryDelayMs: milliseconds({ min: 1, default: 10_000 }),
  /**
   * Called when the registration was lost or has vanished, and when an attempt to register again failed. What it throws is reported and
   * changes nothing. @defaultValue nothing
   */
  onError: callback<(error: Error) => void>(),
};

/** How servers are registered in etcd. */
export interface EtcdRegistryOptions extends OptionsOf<typeof ETCD_REGISTRY_OPTIONS> {}

type EtcdRegistrySettings = Resolved<typeof ETCD_REGISTRY_OPTIONS>;

/**
 * Registers servers in etcd in the format of Kitex's registry-etcd, so that Go clients find them. A registration lives by a
 * lease that is kept alive. When the lease is lost (a long pause, an etcd that was restored), or the key vanishes (an operator, another
 * process with the same address), the server registers again.
 */
export class EtcdRegistry implements Registry {
  readonly #client: Etcd3;
  readonly #options: EtcdRegistrySettings;

  /**
   * @param client stays the caller's to close, after the registrations.
   * @throws TypeError that names each wrong option.
   */
  constructor(client: Etcd3, options: EtcdRegistryOptions = {}) {
    this.#client = client;
    this.#options = resolveOptions('etcdRegistry', ETCD_REGISTRY_OPTIONS, options);
  }

  /**
   * A registration that fails leaves nothing behind: it is not attempted again.
   *
   * @throws TypeError if the address is malformed; otherwise rejects with the error of etcd, after at most 6 seconds.
   */
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
  readonly #options: EtcdRegistrySettings;
  readonly #registration: ServiceRegistration;
  readonly #key: string;
  readonly #report = new CallbackReport('onError of the EtcdRegistry');
  #lease: Lease | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isWriting = false;
  /** Registered once, and not closed: what is lost comes back. */
  #isKept = false;

  constructor(client: Etcd3, options: EtcdRegistrySettings, registration: ServiceRegistration) {
    this.#client = client;
    this.#options = options;
    this.#registration = registration;
    this.#key = instanceKey(options.prefix, registration);
  }

  async register(): Promise<void> {
    try {
      await this.#write();
    } catch (error) {
      this.#release();
      throw error;
    }
    this.#isKept = true;
    this.#scheduleCheck();
  }

  async close(): Promise<void> {
    if (!this.#isKept) {
      return;
    }
    this.#isKept = false;
    clearTimeout(this.#timer);
    if (this.#lease !== undefined) {
      await inTime(this.#lease.revoke(withDeadline()));
    }
  }

  /** Writes the key under the lease, or under a new one. */
  async #write(): Promise<void> {
    const lease = (this.#lease ??= this.#newLease());
    const put = lease.put(this.#key).value(instanceValue(this.#registration));
    this.#isWriting = true;
    try {
      await inTime(put.options(withDeadline()).exec());
    } finally {
      this.#isWriting = false;
    }
  }

  #newLease(): Lease {
    const { leaseTtlSeconds = defaultTtlSeconds() } = this.#options;
    const lease = this.#client.lease(leaseTtlSeconds, withDeadline());
    // Without a listener etcd3 throws from within its timer.
    lease.on('lost', (error) => this.#lost(lease, error));
    return lease;
  }

  #lost(lease: Lease, error: Error): void {
    if (lease !== this.#lease) {
      return;
    }
    this.#lease = undefined;
    // A write that finds the lease lost fails with the same error.
    if (!this.#isWriting) {
      this.#failed(error);
    }
  }

  async #check(): Promise<void> {
    try {
      if (this.#lease !== undefined) {
        const { count } = await inTime(this.#client.get(this.#key).options(withDeadline()).exec());
        if (!this.#isKept || count !== '0') {
          this.#scheduleCheck();
          return;
        }
        this.#tell(new Error(`${this.#key} vanished from etcd; it is written again`));
      }
      await this.#write();
    } catch (error) {
      this.#failed(error as Error);
      return;
    }
    if (this.#isKept) {
      this.#scheduleCheck();
    } else {
      this.#release();
    }
  }

  #failed(error: Error): void {
    if (this.#isKept) {
      this.#tell(error);
      this.#schedule(this.#options.retryDelayMs);
    }
  }

  #scheduleCheck(): void {
    this.#schedule(this.#options.observeDelayMs);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isKept) {
      this.#timer = setTimeout(() => void this.#check(), delayMs).unref();
    }
  }

  /** Revokes a lease that is no longer used; if etcd is unreachable it expires. */
  #release(): void {
    const lease = this.#lease;
    this.#lease = undefined;
    lease?.revoke(withDeadline()).catch(() => {});
  }

  #tell(error: Error): void {
    this.#report.run(() => this.#options.onError?.(error));
  }
}

function defaultTtlSeconds(): number {
  const seconds = Number(process.env['KITEX_ETCD_REGISTRY_LEASE_TTL']);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : 60;
}
