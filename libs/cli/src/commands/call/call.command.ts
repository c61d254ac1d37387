import { ClientTransport } from '@nestjs-thrift/transport';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { Option, type Command } from 'commander';
import {
  addressArgument,
  clientOptions,
  collectPair,
  connectionOptions,
} from '../../connection/connection-options.js';
import { timeLimit } from '../../connection/durations.js';
import { resolveTarget } from '../../connection/targets.js';
import type { Schema } from '@nestjs-thrift/idl';
import { findMethod, type FoundMethod } from '../../idl/find-method.js';
import { type ChosenDialect, DialectChooser, STREAM_DIALECT } from '../../probe/choose-dialect.js';
import { idlOptions } from '../../idl/idl-options.js';
import { compileIdl, requireIdl } from '../../idl/load-idl.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { countFrom } from '../../values/counts.js';
import { callableMethod, isStreaming, type CallableMethod } from '../../values/method-shapes.js';
import { argumentsOf, readPayload } from '../../values/payload.js';
import { callStream } from './call-stream.js';
import { type CallCommandOptions, CallTrace } from './call-trace.js';
import { editPayload } from './edit-payload.js';
import { printFailure, printResult } from './print-outcome.js';

const EPILOGUE = `
The method is Service.Method, Service/Method, or Method alone where one service has it.

The payload is the value of the parameter where the method has one, else an object of the parameters by name; without it {}. It is JSON or JSON5, @file, - for standard input, or words: user_id=1 address.city=Rome tags[]=new. An i64 is a number or a string, binary is base64, an enum its name or number, a map an object or a list of [key, value]. What comes back is printed in the same form.

A method with a stream prints each message of the server as a line of JSON, when it comes. Messages of the client are lines of JSON from standard input, or from @file, read as they are sent; the end of the input closes the sending side. --timeout then limits the stream as a whole, and is none unless it is given. With --json, messages are {"message": …}, and the last line is the outcome.

A name instead of the address is a target of .nestjs-thrift.yaml, in this folder or above:

  targets:
    users: { address: "users.internal:8888", idl: idl/user.thrift, metadata: { env: test } }

Examples:
  nestjs-thrift call users GetUser user_id=1
  nestjs-thrift call 127.0.0.1:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift
  echo '{"user_id": "9007199254740993"}' | nestjs-thrift call 127.0.0.1:8888 UserService.GetUser - --idl idl/user.thrift
  nestjs-thrift call 127.0.0.1:9090 Calculator.add @sum.json --idl tutorial.thrift --transport framed
  nestjs-thrift call users:8888 UserService.GetUser --edit --idl idl/user.thrift --timeout 1s --verbose
  nestjs-thrift call 127.0.0.1:8889 ChatService.Ask 'question=Why?' --idl chat.thrift --max-messages 10
  jq -c '.[]' sentences.json | nestjs-thrift call 127.0.0.1:8889 ChatService.Talk --idl chat.thrift
  nestjs-thrift call users:8443 UserService.GetUser '{}' --idl idl/user.thrift --ca ca.pem

Exit codes:
  0    there is a result, the call is oneway and was sent, or the stream ended or reached --max-messages
  2    the command line is wrong
  3    the IDL or the payload cannot be used
  4    the call failed: no connection, no answer in time, or an error of the server
  5    the method threw an exception the IDL declares
  6    the server answered with a business status (Kitex: BizStatusError)
  130  Ctrl-C cancelled the call or the stream`;

/** Declares `call`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .addArgument(addressArgument())
    .argument('<method>', 'Service.Method, or Method')
    .argument('[payload...]', 'JSON, @file, - for standard input, or words such as user_id=1');
  for (const option of [...idlOptions(), ...connectionOptions()]) {
    command.addOption(option);
  }
  command
    .option('-d, --data <payload>', 'the payload, instead of the argument')
    .option('--edit', 'edit the payload in $EDITOR before it is sent')
    .option('--metadata <key=value>', 'sent to this server alone; can be repeated', collectPair, {})
    .option(
      '--persistent <key=value>',
      'sent on to every further server; can be repeated',
      collectPair,
      {},
    )
    .addOption(
      new Option('--i64 <form>', 'how an i64 is printed: exact digits either way')
        .choices(['string', 'number'])
        .default('string'),
    )
    .option('--json', 'print the outcome, whatever it is, as one line of JSON')
    .addOption(
      new Option('--recv-timeout <time>', 'streams: longest wait for a message; 0 for no limit')
        .argParser(timeLimit)
        .default(undefined, '60s'),
    )
    .addOption(
      new Option('--max-messages <count>', 'streams: cancel after this many messages').argParser(
        countFrom(1),
      ),
    )
    .option(
      '-v, --verbose',
      'print what is sent and received, and how long it takes, on standard error',
    )
    .addHelpText('after', EPILOGUE)
    .action((address: string, method: string, payload: string[]) =>
      call(address, method, payload, command, io),
    );
}

async function call(
  target: string,
  name: string,
  payload: readonly string[],
  command: Command,
  io: CommandIo,
): Promise<void> {
  const address = await resolveTarget(target, command, io);
  const options = command.opts<CallCommandOptions>();
  const connection = clientOptions(options, io);
  const compiled = compileIdl(requireIdl(options), options, io);
  const found = findMethod(compiled.schema, name);
  const method = callableMethod(compiled, found);
  const label = `${found.service.name}.${found.method.name}`;
  const words = options.data === undefined ? payload : [options.data];
  const args = await givenArguments(words, compiled.schema, found, method, options, io);
  const trace = new CallTrace(options, io);
  const callee = { address, service: found.service.name, method: found.method.name };
  const chooser = new DialectChooser(options, io);
  let dialect: ChosenDialect | undefined;
  let transport: ClientTransport | undefined;
  try {
    dialect = isStreaming(method) ? STREAM_DIALECT : await chooser.choose(callee);
    const { transport: framing, protocol } = dialect;
    const client = new ClientTransport({
      ...connection,
      transport: framing,
      protocol,
      observers: [trace],
    });
    transport = client;
    trace.begin(address, label, dialect);
    if (isStreaming(method)) {
      const isTimeLimited = command.getOptionValueSource('timeout') !== 'default';
      await callStream(
        { method, args, words, address, isTimeLimited, transport: client, options, trace },
        io,
      );
      return;
    }
    const invoke = createMethodInvoker(method.service, method.definition, (outgoing) =>
      client.call(outgoing),
    );
    const result = await invoke(args, {
      address,
      timeoutMs: options.timeout,
      metadata: options.metadata,
      persistentMetadata: options.persistent,
      signal: io.signal,
      onBackwardMetadata: (values) => trace.backward(values),
    });
    chooser.ended(callee, dialect);
    printResult(result, method, options, trace, io);
  } catch (error) {
    if (dialect !== undefined) {
      chooser.ended(callee, dialect, error);
    }
    printFailure(error, method, options, trace, io);
  } finally {
    await transport?.close(0);
  }
}

/** The arguments of the command line; none where a stream of the client reads its messages as it goes. */
async function givenArguments(
  words: readonly string[],
  schema: Schema,
  found: FoundMethod,
  method: CallableMethod,
  { edit }: CallCommandOptions,
  io: CommandIo,
): Promise<Record<string, unknown>> {
  if (isStreaming(method) && method.definition.kind !== 'server') {
    if (edit) {
      const message = `--edit is for one payload; ${found.method.name} takes a stream of them: give a file, @messages.jsonl`;
      throw new CommandFailure(EXIT_CODES.USAGE, message);
    }
    return {};
  }
  const json = edit
    ? await editPayload(words, schema, found, method, io)
    : await readPayload(words, method.parameters, io);
  return argumentsOf(json, found.method.name, method.parameters);
}
