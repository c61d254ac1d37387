import type { Etcd3 } from 'etcd3';
import { isObject, type Option, recordOf } from '@nestjs-thrift/transport/internal';
import type { GovernanceConfigSource } from '../config/config-file.js';
import {
  CIRCUIT_BREAK,
  DEGRADATION,
  DYNAMIC_TIMEOUT,
  FALLBACK,
  LIMIT,
  TIMEOUT,
  type GovernanceConfig,
  type MethodConfig,
  type ServiceConfig,
} from '../config/governance-schema.js';
import { checked, documentReader, type DocumentReader } from '../support/checked-document.js';
import { RETRY } from '../config/retry-schema.js';
import { GovernanceConfigError } from '../errors/errors.js';
import { Emitter, type Subscribe } from '../support/emitter.js';
import { WatchedPrefix } from './watched-prefix.js';

/** What to read from etcd. */
export interface EtcdGovernanceConfigOptions {
  /** Registry name of this process as a client: `/KitexConfig/{client}/{server}/{category}`. */
  readonly client?: string;
  /** Registry names of the services it calls. */
  readonly servers?: readonly string[];
  /** Registry name of the service this process serves, for its limits: `/KitexConfig/{server}/limit`. */
  readonly server?: string;
  /** Default `/KitexConfig`. */
  readonly prefix?: string;
  /** How often the configuration is read, in case the watch misses a change, in milliseconds. Default 30,000. */
  readonly refreshIntervalMs?: number;
}

/** Kitex keeps one degradation for the whole service; by method is ours. */
function sharedOrByMethod(
  declared: Option<unknown, unknown>,
): Option<unknown, undefined, Readonly<Record<string, unknown>>> {
  const byMethod = recordOf(declared);
  return {
    default: undefined,
    allowed: byMethod.allowed,
    read: (value, path, problems) =>
      isObject(value) && typeof (value as { enable?: unknown }).enable === 'boolean'
        ? { '*': declared.read(value, path, problems) }
        : byMethod.read(value, path, problems),
  };
}

/** Categories by their names in keys; values are maps of methods, `*` for all. */
const CATEGORIES = {
  rpc_timeout: recordOf(TIMEOUT),
  retry: recordOf(RETRY),
  circuit_break: recordOf(CIRCUIT_BREAK),
  degradation: sharedOrByMethod(DEGRADATION),
  // Ours; Kitex does not look at other categories.
  dynamic_timeout: recordOf(DYNAMIC_TIMEOUT),
  fallback: recordOf(FALLBACK),
};
type Category = keyof typeof CATEGORIES;

const POLICY_OF_CATEGORY = {
  rpc_timeout: 'timeout',
  retry: 'retry',
  circuit_break: 'circuit_break',
  degradation: 'degradation',
  dynamic_timeout: 'dynamic_timeout',
  fallback: 'fallback',
} as const satisfies Record<Category, keyof MethodConfig>;

/**
 * The configuration in etcd, in the keys and values of Kitex's config-etcd, so that one config center serves Go and Node. A bad
 * value is refused and the last good one of its key stays; a key that is deleted leaves the defaults.
 */
export class EtcdGovernanceConfig implements GovernanceConfigSource {
  readonly #options: EtcdGovernanceConfigOptions;
  readonly #read: DocumentReader;
  readonly #prefix: string;
  readonly #changes = new Emitter<GovernanceConfig>();
  readonly #refusals = new Emitter<GovernanceConfigError>();
  readonly #failures = new Emitter<Error>();
  readonly #watches: readonly WatchedPrefix[];
  /** What is below each prefix, of those that have been read. */
  readonly #found = new Map<string, ReadonlyMap<string, string>>();
  /** The text last seen of each key, and the last good value. */
  #texts = new Map<string, string>();
  readonly #good = new Map<string, unknown>();
  #current: GovernanceConfig = { services: {} };

  readonly onChange: Subscribe<GovernanceConfig> = this.#changes.event;
  readonly onRejected: Subscribe<GovernanceConfigError> = this.#refusals.event;
  /** etcd could not be read, or a watch was lost and is made again; the configuration read last stays in force. */
  readonly onFailure: Subscribe<Error> = this.#failures.event;

  private constructor(client: Etcd3, options: EtcdGovernanceConfigOptions, read: DocumentReader) {
    this.#options = options;
    this.#read = read;
    this.#prefix = options.prefix ?? '/KitexConfig';
    const prefixes = this.#prefixes();
    this.#watches = prefixes.map(
      (prefix) =>
        new WatchedPrefix(
          client,
          prefix,
          {
            changed: (values) => {
              this.#found.set(prefix, values);
              if (this.#found.size === prefixes.length) {
                this.#apply();
              }
            },
            failed: (error) => this.#failures.emit(error),
          },
          options.refreshIntervalMs,
        ),
    );
  }

  /**
   * Reads the configuration and starts watching it. The client stays the caller's to close.
   *
   * @throws the error of etcd if it cannot be read; a bad value alone is no reason: its key is left at the defaults.
   */
  static async open(
    client: Etcd3,
    options: EtcdGovernanceConfigOptions,
  ): Promise<EtcdGovernanceConfig> {
    const config = new EtcdGovernanceConfig(client, options, await documentReader());
    const reads = await Promise.all(config.#watches.map(({ first }) => first));
    const error = reads.find((failure) => failure !== undefined);
    if (error !== undefined) {
      await config.close();
      throw error;
    }
    return config;
  }

  get current(): GovernanceConfig {
    return this.#current;
  }

  async close(): Promise<void> {
    this.#watches.forEach((watched) => watched.close());
  }

  #prefixes(): string[] {
    const { client, servers = [], server } = this.#options;
    const called = client === undefined ? [] : servers.map((name) => this.#pair(client, name));
    return server === undefined ? called : [...called, this.#limitKey(server)];
  }

  #pair(client: string, server: string): string {
    return `${this.#prefix}/${client}/${server}/`;
  }

  #limitKey(server: string): string {
    return `${this.#prefix}/${server}/limit`;
  }

  #apply(): void {
    const texts = new Map([...this.#found.values()].flatMap((values) => [...values]));
    if (this.#take(texts)) {
      this.#current = this.#assemble();
      this.#changes.emit(this.#current);
    }
  }

  /** @returns whether a good value changed. */
  #take(texts: Map<string, string>): boolean {
    let changed = false;
    for (const key of this.#good.keys()) {
      changed = (!texts.has(key) && this.#good.delete(key)) || changed;
    }
    for (const [key, text] of texts) {
      changed = (this.#texts.get(key) !== text && this.#takeValue(key, text)) || changed;
    }
    this.#texts = texts;
    return changed;
  }

  #takeValue(key: string, text: string): boolean {
    const declared = this.#declaredBy(key);
    if (declared === undefined) {
      return false;
    }
    try {
      this.#good.set(key, checked(declared, this.#read(text, key), key));
      return true;
    } catch (error) {
      this.#refusals.emit(error as GovernanceConfigError);
      return false;
    }
  }

  #declaredBy(key: string): Option<unknown, unknown> | undefined {
    const { server } = this.#options;
    if (server !== undefined && key === this.#limitKey(server)) {
      return LIMIT;
    }
    const category = key.slice(key.lastIndexOf('/') + 1);
    return Object.hasOwn(CATEGORIES, category) ? CATEGORIES[category as Category] : undefined;
  }

  #assemble(): GovernanceConfig {
    const { client, servers = [], server } = this.#options;
    const services: Record<string, ServiceConfig> = {};
    for (const name of client === undefined ? [] : servers) {
      services[name] = { methods: this.#methods(this.#pair(client!, name)) };
    }
    const limit = server === undefined ? undefined : this.#good.get(this.#limitKey(server));
    if (server !== undefined && limit !== undefined) {
      const { methods } = services[server] ?? { methods: {} };
      services[server] = { methods, limit: limit as ServiceConfig['limit'] };
    }
    return { services };
  }

  #methods(prefix: string): Record<string, MethodConfig> {
    const methods = new Map<string, MethodConfig>();
    for (const [category, policy] of Object.entries(POLICY_OF_CATEGORY)) {
      const byMethod = (this.#good.get(prefix + category) ?? {}) as Record<string, object>;
      for (const [method, value] of Object.entries(byMethod)) {
        methods.set(method, { ...methods.get(method), [policy]: value });
      }
    }
    return Object.fromEntries(methods);
  }
}
