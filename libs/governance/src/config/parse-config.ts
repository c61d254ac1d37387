import { isObject } from '@nestjs-thrift/transport/internal';
import { GovernanceConfigError } from '../errors/errors.js';
import { checked, documentReader } from '../support/checked-document.js';
import { POLICY_FILE, type GovernanceConfig } from './governance-schema.js';

/** A line break, or the end of what YAML and JSON write in brackets: what is cut off within a line ends otherwise. */
const ENDS_WHOLE = /(\n|[}\]]\s*)$/;

/**
 * Reads a policy file: YAML, and so JSON. One that configures nothing contains `services: {}`; an empty one, or one that may be
 * cut off, is rejected, because a file is empty or incomplete for a moment while it is written.
 *
 * @param source name of the file for errors.
 * @throws GovernanceConfigError naming every fault with its path.
 */
export async function parseGovernanceConfig(
  text: string,
  source: string,
): Promise<GovernanceConfig> {
  const read = await documentReader();
  const document = read(text, source);
  if (!ENDS_WHOLE.test(text)) {
    throw new GovernanceConfigError(source, [
      'is empty or ends within a line, and may be cut off; end it with a line break, or write "services: {}" to configure nothing',
    ]);
  }
  return checkGovernanceConfig(document, source);
}

/** Checks what a policy file holds. @throws GovernanceConfigError naming every fault with its path. */
export function checkGovernanceConfig(document: unknown, source: string): GovernanceConfig {
  if (!isObject(document) || !Object.hasOwn(document as object, 'services')) {
    throw new GovernanceConfigError(source, [
      'services is missing; write "services: {}" to configure nothing',
    ]);
  }
  return checked(POLICY_FILE, document, source);
}
