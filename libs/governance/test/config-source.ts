import { parse } from 'yaml';
import type { GovernanceConfigSource } from '../src/config/config-file.js';
import type { GovernanceConfig } from '../src/config/governance-schema.js';
import { checkGovernanceConfig } from '../src/config/parse-config.js';
import { GovernanceConfigError } from '../src/errors/errors.js';
import { Emitter } from '../src/support/emitter.js';

/** A source of configuration that changes when the test changes it. */
export class ManualConfig implements GovernanceConfigSource {
  readonly #changes = new Emitter<GovernanceConfig>();
  readonly #refusals = new Emitter<GovernanceConfigError>();
  readonly onChange = this.#changes.event;
  readonly onRejected = this.#refusals.event;
  current: GovernanceConfig;

  constructor(text: string) {
    this.current = checkGovernanceConfig(parse(text), 'test');
  }

  change(text: string): void {
    try {
      this.current = checkGovernanceConfig(parse(text), 'test');
    } catch (error) {
      this.#refusals.emit(error as GovernanceConfigError);
      return;
    }
    this.#changes.emit(this.current);
  }

  async close(): Promise<void> {}
}
