import type { Etcd3 } from 'etcd3';
import {
  errorText,
  isObject,
  listOf,
  milliseconds,
  type Option,
  type OptionsOf,
  type Resolved,
  resolveOptions,
  text,
} from '@nestjs-thrift/transport/internal';
import type { GovernanceConfigSource } from '../config/config-file.js';
import {
  LIMIT,
  METHOD_TABLE,
  type GovernanceConfig,
  type MethodConfig,
  type ServiceConfig,
} from '../config/governance-schema.js';
import { checked } from '../support/checked-document.js';
import { GovernanceConfigError } from '../errors/errors.js';
import { Emitter, type Subscribe } from '../support/emitter.js';
import { UnheardEvents } from '../support/unheard-events.js';
import { KITEX_VALUES, limit, type Json, type Warn } from './kitex-values.js';
import { DEFAULT_REFRESH_INTERVAL_MS, WatchedPrefix } from './watched-prefix.js';

/** Options of policies in etcd. */
export const ETCD_CONFIG_OPTIONS = {
  /** Registry name of this process as a client: `/KitexConfig/{client}/{server}/{category}`. */
  client: text(),
  /** Registry names of the services it calls. */
  servers: listOf(text()),
  /** Registry name of the service this process serves, for its limits: `/KitexConfig/{server}/limit`. */
  server: text(),
  /** Where the configuration is kept. */
  prefix: text({ default: '/KitexConfig' }),
  /** How often the configuration is read, in case the watch misses a change, in milliseconds. */
  refreshIntervalMs: milliseconds({ min: 1, default: DEFAULT_REFRESH_INTERVAL_MS }),
};

/** What to read from etcd. */
export interface EtcdGovernanceConfigOptions extends OptionsOf<typeof ETCD_CONFIG_OPTIONS> {}

/** The categories that are read, by their names in keys, and the policy that each has. */
const POLICY_OF_CATEGORY = {
  rpc_timeout: 'timeout',
  retry: 'retry',
  circuit_break: 'circuit_break',
  degradation: 'degradation',
  // Ours; Kitex does not look at other categories.
  dynamic_timeout: 'dynamic_timeout',
  fallback: 'fallback',
  stream: 'stream',
} as const satisfies Record<string, keyof MethodConfig>;
type Category = keyof typeof POLICY_OF_CATEGORY;

/**
 * The configuration in etcd, in the keys and values of Kitex's config-etcd, so that one config center serves Go and Node. Values are
 * read as leniently as Kitex reads them: unknown keys and policies that are off are not checked, numbers out of range are replaced
 * with a warning, and a policy that is wrong is left out alone. A key that is deleted leaves the defaults.
 */
export class EtcdGovernanceConfig implements GovernanceConfigSource {
  readonly #options: Resolved<typeof ETCD_CONFIG_OPTIONS>;
  readonly #prefix: string;
  readonly #changes = new Emitter<GovernanceConfig>();
  readonly #refusals = new UnheardEvents<GovernanceConfigError>();
  readonly #warnings = new UnheardEvents<string>();
  readonly #failures = new Emitter<Error>();
  readonly #watches: readonly WatchedPrefix[];
  /** What is below each prefix, of those that have been read. */
  readonly #found = new Map<string, ReadonlyMap<string, string>>();
  /** The text last seen of each key, and the last good value. */
  #texts = new Map<string, string>();
  readonly #good = new Map<string, unknown>();
  #current: GovernanceConfig = { services: {} };

  readonly onChange: Subscribe<GovernanceConfig> = this.#changes.event;
  /** A value, or the policy of one method in it, was rejected; the first listener gets those of the start too. */
  readonly onRejected: Subscribe<GovernanceConfigError> = this.#refusals.event;
  /** A number out of range was replaced; the first listener gets those of the start too. */
  readonly onWarning: Subscribe<string> = this.#warnings.event;
  /** etcd could not be read, or a watch was lost and is made again; the configuration read last stays in force. */
  readonly onFailure: Subscribe<Error> = this.#failures.event;

  private constructor(client: Etcd3, options: EtcdGovernanceConfigOptions) {
    this.#options = resolveOptions('etcdConfig', ETCD_CONFIG_OPTIONS, options);
    this.#prefix = this.#options.prefix;
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
          this.#options.refreshIntervalMs,
        ),
    );
  }

  /**
   * Reads the configuration and starts watching it. The client stays the caller's to close.
   *
   * @throws TypeError that names each wrong option; the error of etcd if it cannot be read; an invalid value does not throw: its key keeps the defaults.
   */
  static async open(
    client: Etcd3,
    options: EtcdGovernanceConfigOptions,
  ): Promise<EtcdGovernanceConfig> {
    const config = new EtcdGovernanceConfig(client, options);
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

  /** @returns whether the value is in force, as a whole or in part. */
  #takeValue(key: string, text: string): boolean {
    const category = key.slice(key.lastIndexOf('/') + 1);
    const isLimit =
      this.#options.server !== undefined && key === this.#limitKey(this.#options.server);
    if (!isLimit && !Object.hasOwn(POLICY_OF_CATEGORY, category)) {
      return false;
    }
    try {
      const value = parsedJson(text, key);
      const warn = (path: string, message: string): void =>
        this.#warnings.emit(`${key}: ${path} ${message}`);
      this.#good.set(
        key,
        isLimit
          ? checked(LIMIT, limit(value, warn), key)
          : this.#methodsIn(key, category as Category, value, warn),
      );
      return true;
    } catch (error) {
      this.#refusals.emit(error as GovernanceConfigError);
      return false;
    }
  }

  /** A policy that is wrong leaves the last good one of its method in force. */
  #methodsIn(key: string, category: Category, value: Json, warn: Warn): Json {
    // Kitex keeps one degradation for the whole service; by method is ours.
    const isShared = category === 'degradation' && typeof value['enable'] === 'boolean';
    const methods = isShared ? { '*': value } : value;
    const before = (this.#good.get(key) ?? {}) as Json;
    const good: Record<string, unknown> = {};
    const declared: Option<unknown, unknown, unknown> = METHOD_TABLE[POLICY_OF_CATEGORY[category]];
    for (const [method, raw] of Object.entries(methods)) {
      const problems: string[] = [];
      const policy = readPolicy(category, raw, (path, message) =>
        warn(`${method}.${path}`, message),
      );
      const read = declared.read(policy, method, problems);
      if (problems.length === 0) {
        good[method] = read;
        continue;
      }
      this.#refusals.emit(new GovernanceConfigError(key, problems));
      if (Object.hasOwn(before, method)) {
        good[method] = before[method];
      }
    }
    return good;
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

/** As Go reads it: JSON, and not YAML. @throws GovernanceConfigError for what is not an object. */
function parsedJson(text: string, key: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new GovernanceConfigError(key, [errorText(error)], { cause: error });
  }
  if (!isObject(value) || Array.isArray(value)) {
    throw new GovernanceConfigError(key, ['must be a JSON object']);
  }
  return value as Json;
}

function readPolicy(category: Category, raw: unknown, warn: Warn): unknown {
  if (!isObject(raw) || category === 'stream') {
    return raw;
  }
  if (category === 'dynamic_timeout' || category === 'fallback') {
    return (raw as Json)['enable'] === false ? { enable: false } : raw;
  }
  return KITEX_VALUES[category](raw as Json, warn);
}
