import type { Attributes } from '@opentelemetry/api';
import { type OptionsOf, text } from '@nestjs-thrift/transport/internal';
import { metadataGetter } from './metadata-carrier.js';

/** Options of what this process says about itself. */
export const TRACED_SERVICE = {
  /** Registry name of this process. */
  name: text(),
  /** Its namespace. */
  namespace: text(),
  /** Such as `production`. */
  environment: text(),
};

/** What this process says about itself to those it calls. The keys are Kitex's obs-opentelemetry's. */
export interface TracedService extends OptionsOf<typeof TRACED_SERVICE> {}

const NAME = 'service.name';
const NAMESPACE = 'service.namespace';
const ENVIRONMENT = 'deployment.environment';

/** Adds the description of this process for the peer. */
export function writeService(
  { name, namespace, environment }: TracedService,
  metadata: Map<string, string>,
): void {
  if (name !== undefined) {
    metadata.set(NAME, name);
  }
  if (namespace !== undefined) {
    metadata.set(NAMESPACE, namespace);
  }
  if (environment !== undefined) {
    metadata.set(ENVIRONMENT, environment);
  }
}

/** What a caller said about itself, as attributes of the server's span. */
export function readPeer(metadata: ReadonlyMap<string, string>): Attributes {
  return {
    'peer.service': metadataGetter.get(metadata, NAME),
    'peer.service.namespace': metadataGetter.get(metadata, NAMESPACE),
    'peer.deployment.environment': metadataGetter.get(metadata, ENVIRONMENT),
  };
}
