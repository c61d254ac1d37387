import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { ClientGovernance, type GovernanceConfig } from '@nestjs-thrift/governance';
import { unknownMethodWarnings } from '@nestjs-thrift/governance/internal';
import type { Schema } from '@nestjs-thrift/idl';
import { nearestName } from '@nestjs-thrift/codec/internal';
import { servicesOf as idlServicesOf } from '../../idl/find-method.js';

/** What is wrong with a policy file. */
export interface Checked {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Applies the policies to the services of the IDL, as their clients would.
 *
 * @param names IDL names by names in the file.
 */
export function checkAgainstIdl(
  config: GovernanceConfig,
  schema: Schema,
  names: ReadonlyMap<string, string>,
): Checked {
  const services = servicesOf(schema);
  const errors: string[] = [];
  const warnings: string[] = [];
  for (const name of Object.keys(config.services)) {
    const service = services.get(names.get(name) ?? name) ?? onlyOne(services, names.has(name));
    if (service === undefined) {
      errors.push(unknownService(name, names.get(name), [...services.keys()]));
      continue;
    }
    const unknown = unknownMethodWarnings(service, config, name);
    errors.push(
      ...unknown,
      ...faultsOf(service, name, config, (warning) => {
        if (!unknown.includes(warning)) {
          warnings.push(warning);
        }
      }),
    );
  }
  return { errors, warnings };
}

function servicesOf(schema: Schema): ReadonlyMap<string, ServiceDefinition> {
  const compiled = compileSchema(schema);
  return new Map(
    idlServicesOf(schema).map(
      ({ file, service: { name } }) => [name, compiled.service({ file, name })] as const,
    ),
  );
}

function onlyOne(
  services: ReadonlyMap<string, ServiceDefinition>,
  isNamed: boolean,
): ServiceDefinition | undefined {
  return services.size === 1 && !isNamed ? [...services.values()][0] : undefined;
}

function unknownService(
  name: string,
  idlName: string | undefined,
  known: readonly string[],
): string {
  const nearest = nearestName(idlName ?? name, known);
  const hint = nearest === undefined ? `it has ${known.join(', ')}` : `did you mean ${nearest}?`;
  return idlName === undefined
    ? `services.${name}: the IDL has no service of that name; ${hint}; name it with --service ${name}=Service`
    : `services.${name}: the IDL has no service ${idlName}; ${hint}`;
}

/** What a client of the service would reject at its start. */
function faultsOf(
  service: ServiceDefinition,
  name: string,
  config: GovernanceConfig,
  onWarning: (warning: string) => void,
): readonly string[] {
  const never = { dispose: () => {} };
  const governance = new ClientGovernance({
    service,
    targetServiceName: name,
    config: {
      current: config,
      onChange: () => never,
      onRejected: () => never,
      close: async () => {},
    },
    onWarning,
  });
  try {
    return Object.values(service.methods)
      .filter(({ kind }) => kind === 'unary' || kind === 'oneway')
      .flatMap((method) => {
        try {
          governance.wrap(method, () => Promise.reject(new Error('never called')));
          return [];
        } catch (error) {
          return [`services.${name}.methods.${method.name}: ${(error as Error).message}`];
        }
      });
  } finally {
    governance.close();
  }
}
