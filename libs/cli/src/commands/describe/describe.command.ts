import type { Command } from 'commander';
import { implicitFieldIdsOption, includeOption, type IdlOptions } from '../../idl/idl-options.js';
import { loadIdl } from '../../idl/load-idl.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { describeAll, describeNamed, payloadTemplate } from './describe-schema.js';

const EPILOGUE = `
Without a name it lists the services and types of the file and of those it includes.

Examples:
  nestjs-thrift describe idl/user.thrift
  nestjs-thrift describe idl/user.thrift UserService.GetUser
  nestjs-thrift describe idl/user.thrift User
  nestjs-thrift describe idl/user.thrift UserService.GetUser --template    a payload to fill in
  nestjs-thrift describe idl/user.thrift --json                            the linked schema

Exit codes:
  0  done
  2  the command line is wrong, or the IDL has nothing of that name
  3  the IDL has errors`;

interface DescribeOptions extends IdlOptions {
  readonly template?: boolean;
  readonly json?: boolean;
}

/** Declares `describe`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .argument('<file>', 'the .thrift file')
    .argument('[name]', 'a service, Service.Method, or a type')
    .addOption(includeOption())
    .addOption(implicitFieldIdsOption())
    .option('--template', 'print a payload for `call` with every field of the method')
    .option('--json', 'print the schema, or the definition, as JSON')
    .addHelpText('after', EPILOGUE)
    .action((file: string, name: string | undefined, options: DescribeOptions) =>
      describe(file, name, options, io),
    );
}

function describe(
  file: string,
  name: string | undefined,
  { template, json, ...options }: DescribeOptions,
  io: CommandIo,
): void {
  const schema = loadIdl(file, options, io);
  if (template) {
    io.stdout.write(`${JSON.stringify(payloadTemplate(schema, name ?? ''), null, 2)}\n`);
    return;
  }
  const described = name === undefined ? describeAll(schema) : describeNamed(schema, name);
  io.stdout.write(json ? `${JSON.stringify(described.data)}\n` : described.text);
}
