import type { GovernanceConfigError } from '../errors/governance-config.error.js';
import type { Subscribe } from '../support/emitter.js';
import type { GovernanceConfig } from './governance-schema.js';

/** Where the configuration comes from, and how it tells that it changed. */
export interface GovernanceConfigSource {
  /** The last good configuration. */
  readonly current: GovernanceConfig;
  /** A good configuration has replaced the one before. */
  readonly onChange: Subscribe<GovernanceConfig>;
  /** A configuration was refused; the last good one stays. */
  readonly onRefused: Subscribe<GovernanceConfigError>;
  close(): Promise<void>;
}
