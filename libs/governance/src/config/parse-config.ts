import { checked, documentReader } from '../support/checked-document.js';
import { POLICY_FILE, type GovernanceConfig } from './governance-schema.js';

/**
 * Reads a policy file: YAML, and so JSON. An empty one configures nothing.
 *
 * @param source name of the file for errors.
 * @throws GovernanceConfigError naming every fault with its path.
 */
export async function parseGovernanceConfig(
  text: string,
  source: string,
): Promise<GovernanceConfig> {
  const read = await documentReader();
  return checkGovernanceConfig(read(text, source), source);
}

/** Checks what a policy file holds. @throws GovernanceConfigError naming every fault with its path. */
export function checkGovernanceConfig(document: unknown, source: string): GovernanceConfig {
  return checked(POLICY_FILE, document ?? {}, source);
}
