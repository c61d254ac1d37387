import { checked, parsed } from '../support/checked-document.js';
import { governanceSchema, type GovernanceConfig } from './governance-schema.js';

/**
 * Reads a governance file: YAML, and so JSON. An empty one configures nothing.
 *
 * @param source name of the file for errors.
 * @throws GovernanceConfigError naming every fault with its path.
 */
export function parseGovernanceConfig(text: string, source: string): GovernanceConfig {
  return checked(governanceSchema, parsed(text, source) ?? {}, source);
}
