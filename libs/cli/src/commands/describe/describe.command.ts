import type { Command } from 'commander';
import { implicitFieldIdsOption, includeOption, type IdlOptions } from '../../idl/idl-options.js';
import { loadIdl } from '../../idl/load-idl.js';
import { withoutControls, type CommandIo } from '../../terminal/terminal.js';
import { columnsOf } from '../../terminal/text-width.js';
import { stringifyJson } from '@nestjs-thrift/codec/json';
import { findMethod } from '../../idl/find-method.js';
import { payloadTemplate } from '../../idl/payload-template.js';
import { describeAll, describeNamed } from './describe-schema.js';

const EPILOGUE = `
Without a name it lists what the file and those it includes define. With a name it also shows comments and annotations. Where several files
define a name, give it with that of the file: shared.User.

Examples:
  nestjs-thrift describe idl/user.thrift
  nestjs-thrift describe idl/user.thrift UserService.GetUser
  nestjs-thrift describe idl/user.thrift User
  nestjs-thrift describe idl/user.thrift UserService.GetUser --template    a payload to fill in
  nestjs-thrift describe idl/user.thrift --json                            the linked schema

Exit codes:
  0  done
  2  the command line is wrong, or the name is unknown or ambiguous
  3  the IDL has errors`;

interface DescribeOptions extends IdlOptions {
  readonly template?: boolean;
  readonly json?: boolean;
}

/** Declares `describe`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .argument('<file>', 'the .thrift file, or a folder of them')
    .argument('[name]', 'a service, Service.Method, a type, a typedef or a constant')
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
  const schema = loadIdl([file], options, io);
  if (template) {
    const payload = payloadTemplate(schema, findMethod(schema, name ?? '').method);
    io.stdout.write(`${stringifyJson(payload, { indent: 2 })}\n`);
    return;
  }
  const columns = columnsOf(io.stdout);
  const described =
    name === undefined ? describeAll(schema, columns) : describeNamed(schema, name, columns);
  io.stdout.write(json ? `${stringifyJson(described.data)}\n` : withoutControls(described.text));
}
