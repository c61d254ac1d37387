import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { GovernanceConfigError, type GovernanceConfig } from '@nestjs-thrift/governance';
import { parseGovernanceConfig } from '@nestjs-thrift/governance/internal';
import {
  collect,
  type IdlFileOptions,
  implicitFieldIdsOption,
  includeOption,
} from '../../idl/idl-options.js';
import { loadIdl } from '../../idl/load-idl.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { checkAgainstIdl, type Checked } from './check-against-idl.js';

const EPILOGUE = `
The file is checked as a process checks it at its start: shape, types and ranges. With --idl also the names of services and
methods, fallback values, and retry policies that repeat nothing. The services of the file have registry names; one that is
not the name of a service in the IDL is matched with --service, unless the IDL has a single service.

Examples:
  nestjs-thrift check-config config/policies.yaml
  nestjs-thrift check-config config/policies.yaml --idl idl/user.thrift
  nestjs-thrift check-config policies.yaml --idl idl/user.thrift --idl idl/order.thrift --service users=UserService

Exit codes:
  0  the file is valid; warnings do not count
  1  the file has faults
  2  the command line is wrong
  3  a file cannot be read, or the IDL has errors`;

interface CheckConfigOptions extends IdlFileOptions {
  readonly service: readonly string[];
}

/** Declares `check-config`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .argument('<file>', 'the policy file, YAML or JSON')
    .option(
      '--idl <file>',
      'a .thrift file with services of the policy file; repeatable',
      collect,
      [],
    )
    .option(
      '--service <name=Service>',
      'the IDL name of a service of the policy file; repeatable',
      collect,
      [],
    )
    .addOption(includeOption())
    .addOption(implicitFieldIdsOption())
    .addHelpText('after', EPILOGUE)
    .action((file: string, options: CheckConfigOptions) => checkConfig(file, options, io));
}

async function checkConfig(
  file: string,
  options: CheckConfigOptions,
  io: CommandIo,
): Promise<void> {
  const names = serviceNames(options.service);
  const text = readText(path.resolve(io.cwd, file), file);
  const schema = options.idl.length === 0 ? undefined : loadIdl(options.idl, options, io);
  const { errors, warnings } = await checkedText(text, file, (config) =>
    schema === undefined ? { errors: [], warnings: [] } : checkAgainstIdl(config, schema, names),
  );
  for (const warning of warnings) {
    io.stdout.write(`${file}: warning: ${warning}\n`);
  }
  for (const error of errors) {
    io.stdout.write(`${file}: error: ${error}\n`);
  }
  if (errors.length > 0) {
    const count = errors.length === 1 ? '1 fault' : `${errors.length} faults`;
    throw new CommandFailure(EXIT_CODES.NEGATIVE, `${file} has ${count}`);
  }
  io.stdout.write(`${file} is valid\n`);
}

async function checkedText(
  text: string,
  file: string,
  check: (config: GovernanceConfig) => Checked,
): Promise<Checked> {
  try {
    return check(await parseGovernanceConfig(text, file));
  } catch (error) {
    if (error instanceof GovernanceConfigError) {
      return { errors: error.issues, warnings: [] };
    }
    throw error;
  }
}

function readText(absolute: string, file: string): string {
  try {
    return readFileSync(absolute, 'utf8');
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${file}: ${(error as Error).message}`);
  }
}

function serviceNames(pairs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    pairs.map((pair) => {
      const [name, service, ...rest] = pair.split('=');
      if (!name || !service || rest.length > 0) {
        throw new CommandFailure(
          EXIT_CODES.USAGE,
          `--service ${pair} must be name=Service, such as users=UserService`,
        );
      }
      return [name, service] as const;
    }),
  );
}
