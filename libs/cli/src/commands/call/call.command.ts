import { ClientTransport } from '@nestjs-thrift/transport';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import type { Command } from 'commander';
import {
  checkAddress,
  clientOptions,
  connectionOptions,
  collectPair,
} from '../../connection/connection-options.js';
import { findMethod } from '../../idl/find-method.js';
import { implicitFieldIdsOption, includeOption } from '../../idl/idl-options.js';
import { compileIdl } from '../../idl/load-idl.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { argumentsFromJson } from '../../values/from-json.js';
import { type CallCommandOptions, CallTrace } from './call-trace.js';
import { printFailure, printResult } from './print-outcome.js';
import { readPayload } from './read-payload.js';

const EPILOGUE = `
The payload is the value of the parameter where the method has one, else an object of the parameters by name; without it
{}. An i64 is a number or a string, binary is base64, an enum its name or number, a map an object or a list of
[key, value]. What comes back is printed in the same form.

Examples:
  nestjs-thrift call 127.0.0.1:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift
  echo '{"user_id": "9007199254740993"}' | nestjs-thrift call 127.0.0.1:8888 UserService.GetUser - --idl idl/user.thrift
  nestjs-thrift call 127.0.0.1:9090 Calculator.add @sum.json --idl tutorial.thrift --transport framed
  nestjs-thrift call users:8888 UserService.GetUser '{}' --idl idl/user.thrift --metadata env=test --verbose
  nestjs-thrift call users:8443 UserService.GetUser '{}' --idl idl/user.thrift --ca ca.pem

Exit codes:
  0  there is a result, or the call is oneway and was sent
  2  the command line is wrong
  3  the IDL or the payload cannot be used
  4  the call failed: no connection, no answer in time, or an error of the server
  5  the method threw an exception the IDL declares
  6  the server answered with a business status (Kitex: BizStatusError)`;

/** Declares `call`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .argument('<address>', 'host:port, [IPv6]:port or unix:/path')
    .argument('<method>', 'Service.Method')
    .argument('[payload]', 'JSON, @file, or - for standard input')
    .requiredOption('--idl <file>', 'the .thrift file that defines the service')
    .addOption(includeOption())
    .addOption(implicitFieldIdsOption())
    .option('--metadata <key=value>', 'sent to this server alone; can be repeated', collectPair, {})
    .option(
      '--persistent <key=value>',
      'sent on to every further server; can be repeated',
      collectPair,
      {},
    )
    .option('--json', 'print the outcome, whatever it is, as one line of JSON')
    .option(
      '-v, --verbose',
      'print what is sent and received, and how long it takes, on standard error',
    );
  for (const option of connectionOptions()) {
    command.addOption(option);
  }
  command
    .addHelpText('after', EPILOGUE)
    .action(
      (address: string, method: string, payload: string | undefined, options: CallCommandOptions) =>
        call(address, method, payload, options, io),
    );
}

async function call(
  address: string,
  name: string,
  payload: string | undefined,
  options: CallCommandOptions,
  io: CommandIo,
): Promise<void> {
  checkAddress(address);
  const connection = clientOptions(options, io);
  const compiled = compileIdl(options.idl, options, io);
  const { file, service, method } = findMethod(compiled.schema, name);
  const json = await readPayload(payload, io);
  const args = argumentsFromJson(json, method, compiled);
  const definition = compiled.service({ file, name: service.name });
  const trace = new CallTrace(options, io);
  const transport = new ClientTransport({ ...connection, observers: [trace] });
  const invoke = createMethodInvoker(definition, definition.methods[method.name]!, (outgoing) =>
    transport.call(outgoing),
  );
  try {
    trace.begin(address, name);
    const result = await invoke(args, {
      address,
      timeoutMs: options.timeout,
      metadata: options.metadata,
      persistentMetadata: options.persistent,
      signal: io.signal,
      onBackwardMetadata: (values) => trace.backward(values),
    });
    printResult(result, method, compiled.schema, options, trace, io);
  } catch (error) {
    printFailure(error, method, compiled.schema, options, trace, io);
  } finally {
    await transport.close(0);
  }
}
