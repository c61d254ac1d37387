import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { recordOf, text } from '@nestjs-thrift/transport/internal';

/** Registry names by the names in the IDL, for services that are known under another name than the IDL gives them. */
export type ServiceNames = Readonly<Record<string, string>>;

/** The option `serviceNames`. */
export const SERVICE_NAMES = recordOf(text());

/** The name of a service in labels, spans and logs. */
export function displayName(service: ServiceDefinition, names: ServiceNames | undefined): string {
  return names !== undefined && Object.hasOwn(names, service.name)
    ? names[service.name]!
    : service.name;
}
