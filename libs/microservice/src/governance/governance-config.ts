import { type GovernanceConfigSource, GovernanceFile } from '@nestjs-thrift/governance';
import type { Subscription } from '@nestjs-thrift/governance/internal';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import {
  CallbackReport,
  group,
  object,
  type Option,
  type OptionsOf,
  refined,
  text,
} from '@nestjs-thrift/transport/internal';
import { QuietLog } from '../errors/quiet-log.js';

/** Options of where policies and limits are configured. */
export const GOVERNANCE_OPTIONS = {
  /**
   * Path of a YAML or JSON file, read at start-up and again whenever it changes. It takes precedence over decorators and options.
   * Either `file` or `source` is given.
   */
  file: text(),
  /** Followed as it changes, such as an EtcdGovernanceConfig; its owner closes it. */
  source: object<GovernanceConfigSource>('a source of policies'),
};

/** Where policies and limits are configured: in a file, or in a source of one's own such as an EtcdGovernanceConfig. */
export type GovernanceOptions =
  | Required<Pick<OptionsOf<typeof GOVERNANCE_OPTIONS>, 'file'>>
  | Required<Pick<OptionsOf<typeof GOVERNANCE_OPTIONS>, 'source'>>;

/** The option `governance`. */
export const GOVERNANCE = refined(group(GOVERNANCE_OPTIONS), ({ file, source }, report) => {
  if ((file === undefined) === (source === undefined)) {
    report('file', 'or source must be given, and not both');
  }
}) as Option<GovernanceOptions, undefined, never>;

/**
 * The configuration of policies and limits that all clients and the server of an application share, from
 * `ThriftModule.forRoot({ governance })`. Says in the log when a new version was applied, and when one was refused.
 */
export class ThriftGovernanceConfig implements OnApplicationShutdown {
  readonly #file: GovernanceFile | undefined;

  readonly #logger = new Logger(ThriftGovernanceConfig.name);
  readonly #subscriptions: Subscription[];

  private constructor(
    /** `undefined` where none was configured. */
    readonly source: GovernanceConfigSource | undefined,
    file: GovernanceFile | undefined,
  ) {
    this.#file = file;
    this.#subscriptions = source === undefined ? [] : this.#follow(source);
  }

  /** @throws GovernanceConfigError for a file that is missing or wrong, with everything wrong in it. */
  static async open(options: GovernanceOptions | undefined): Promise<ThriftGovernanceConfig> {
    if (options === undefined) {
      return new ThriftGovernanceConfig(undefined, undefined);
    }
    if ('source' in options) {
      return new ThriftGovernanceConfig(options.source, undefined);
    }
    const file = await GovernanceFile.open(options.file);
    return new ThriftGovernanceConfig(file, file);
  }

  async onApplicationShutdown(): Promise<void> {
    const report = new CallbackReport('dispose of a subscription');
    for (const subscription of this.#subscriptions) {
      report.run(() => subscription.dispose());
    }
    await this.#file?.close();
  }

  #follow(source: GovernanceConfigSource): Subscription[] {
    const failures = new QuietLog((message) => this.#logger.warn(message));
    const unread = source.onFailure?.((error) =>
      // log warn: The policy file or the config center cannot be read; at most one line a minute.
      failures.failed('governance configuration could not be read, the last one stays', error),
    );
    // log warn: A value of the config center was replaced by one that is allowed.
    const warned = source.onWarning?.((message) => this.#logger.warn(`configuration: ${message}`));
    return [
      ...(warned === undefined ? [] : [warned]),
      // log log: A new version of the policies is in force.
      source.onChange(() => this.#logger.log('governance configuration applied')),
      source.onRejected((error) =>
        this.#logger.error(
          // log error: A new version is invalid. `nestjs-thrift check-config` finds it before it is deployed.
          `governance configuration refused, the last one stays: ${error.message}`,
        ),
      ),
      ...(unread === undefined ? [] : [unread]),
    ];
  }
}
