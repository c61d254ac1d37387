import { ThriftRpcError } from '@nestjs-thrift/codec';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  JsonValueError,
  parseJson,
  stringifyJson,
  valueFromJson,
  valueToJson,
} from '@nestjs-thrift/codec/json';
import type { Schema } from '@nestjs-thrift/idl';
import { ServerTransport, type IncomingCall, type MethodHandler } from '@nestjs-thrift/transport';
import { Option, type Command } from 'commander';
import { exitCodeOf, failureMessage } from '../../connection/failure-message.js';
import { milliseconds } from '../../connection/durations.js';
import { methodsOf, servicesOf, type FoundMethod } from '../../idl/find-method.js';
import { implicitFieldIdsOption, includeOption, type IdlOptions } from '../../idl/idl-options.js';
import { compileIdl } from '../../idl/load-idl.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { systemReason } from '../../terminal/system-reason.js';
import { colorsFor, withoutControls, type CommandIo } from '../../terminal/terminal.js';
import { integerFrom } from '../../values/counts.js';
import { callableMethod, type CallableMethod } from '../../values/method-shapes.js';
import { mockedStream, MockedFault } from './mocked-stream.js';
import { exampleValue, scalarsOf } from './example-value.js';

const EPILOGUE = `
Every method of every service answers. A reply has example values: what the request has under the name of a field, else text made of the name, 1, true, the first member of an enum, one element in each container. --replies gives replies of your own, as JSON in the form that "call" prints:

  { "UserService.GetUser": { "user_id": "7", "name": "Ada" } }

A stream of the server has --messages examples, or those of an array in --replies; with a stream of the client there is a reply to each message, or one after the last. --delay is then before each message.

Faults: --delay holds up every reply, --error-rate fails that share of the calls with an application exception.

Examples:
  nestjs-thrift mock idl/user.thrift
  nestjs-thrift mock idl --port 9000 --delay 50ms --error-rate 1
  nestjs-thrift mock idl/user.thrift --replies replies.json
  nestjs-thrift call 127.0.0.1:8888 GetUser user_id=7 --idl idl/user.thrift

Exit codes:
  2    the command line is wrong
  3    the IDL or the replies cannot be used
  4    the port is in use
  130  Ctrl-C stopped the server`;

interface MockOptions extends IdlOptions {
  readonly host: string;
  readonly port: number;
  readonly replies?: string;
  readonly delay: number;
  readonly errorRate: number;
  readonly messages: number;
  readonly quiet?: true;
}

/** Declares `mock`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .argument('<idl...>', '.thrift files or folders')
    .addOption(includeOption())
    .addOption(implicitFieldIdsOption())
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('-p, --port <port>', 'port to listen on; 0 takes a free one')
        .argParser(integerFrom(0, 65_535))
        .default(8888),
    )
    .option('--replies <file>', 'JSON with replies by Service.Method')
    .addOption(
      new Option('--delay <time>', 'wait before each reply')
        .argParser(milliseconds)
        .default(0, 'none'),
    )
    .addOption(
      new Option('--error-rate <percent>', 'share of calls that fail')
        .argParser(integerFrom(0, 100))
        .default(0),
    )
    .addOption(
      new Option('--messages <count>', 'messages that a stream of the server has')
        .argParser(integerFrom(0, 1_000_000))
        .default(3),
    )
    .option('--quiet', 'do not print the calls')
    .addHelpText('after', EPILOGUE)
    .action((idl: string[], options: MockOptions) => mock(idl, options, io));
}

async function mock(idl: readonly string[], options: MockOptions, io: CommandIo): Promise<void> {
  const compiled = compileIdl(idl, options, io);
  const { schema } = compiled;
  requireServices(schema);
  const replies = readReplies(options, io);
  const methods = methodsOf(schema).map((found) => ({
    found,
    callable: callableMethod(compiled, found),
  }));
  const services = servicesOf(schema).map(({ file, service }) => {
    const own = methods.filter(({ found }) => found.file === file && found.service === service);
    const handlers = own.map(({ found, callable }) => {
      const reply = replyOf(found, callable, replies);
      return [found.method.name, handlerOf(found, callable, reply, options, io)] as const;
    });
    const { service: definition } = own[0]?.callable ?? {
      service: compiled.service({ file, name: service.name }),
    };
    return { definition, handlers: Object.fromEntries(handlers) };
  });
  const server = new ServerTransport(services, {
    host: options.host,
    port: options.port,
    // Calls over Framed name no service.
    fallbackService: services[0]!.definition.name,
  });
  try {
    await server.listen().catch((error: unknown) => {
      throw error instanceof ThriftRpcError
        ? new CommandFailure(exitCodeOf(error), failureMessage(error))
        : error;
    });
    const names = services.map(({ definition }) => definition.name).join(', ');
    io.stderr.write(`serving ${names} on ${server.address}; Ctrl-C stops\n`);
    await stopped(io.signal);
  } finally {
    await server.close({ drainTimeoutMs: 0 });
  }
}

/** Replies of the file by `Service.Method`. */
function readReplies({ replies }: MockOptions, { cwd }: CommandIo): Map<string, unknown> {
  if (replies === undefined) {
    return new Map();
  }
  try {
    const json = parseJson(readFileSync(resolve(cwd, replies), 'utf8'), { relaxed: true });
    return new Map(Object.entries(json ?? {}));
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${replies}: ${systemReason(error)}`);
  }
}

/** The reply that the file has for a method, checked against the IDL. */
function replyOf(
  { service, method }: FoundMethod,
  { returns, definition }: CallableMethod,
  replies: ReadonlyMap<string, unknown>,
): { readonly value: unknown } | undefined {
  const label = `${service.name}.${method.name}`;
  const json = replies.get(label);
  if (json === undefined || returns === undefined) {
    return undefined;
  }
  try {
    const isStream = definition.kind === 'server';
    return Array.isArray(json) && isStream
      ? { value: json.map((message) => valueFromJson(message, returns)) }
      : { value: valueFromJson(json, returns) };
  } catch (error) {
    throw error instanceof JsonValueError
      ? new CommandFailure(EXIT_CODES.INPUT, `the reply of ${label}: ${error.message}`)
      : error;
  }
}

function handlerOf(
  { service, method }: FoundMethod,
  callable: CallableMethod,
  reply: { readonly value: unknown } | undefined,
  { delay, errorRate, quiet, messages }: MockOptions,
  io: CommandIo,
): MethodHandler {
  const { dim, red } = colorsFor(io.stdout, io);
  const { parameters, returns, definition } = callable;
  const show = (args: Readonly<Record<string, unknown>>, call: IncomingCall, fails: boolean) => {
    if (!quiet) {
      const given = parameters.fields.filter(({ name }) => args[name] !== undefined);
      const json = given.map(({ name, type }) => [name, valueToJson(args[name], type)] as const);
      const shown = stringifyJson(Object.fromEntries(json));
      const peer = withoutControls(call.caller);
      const mark = fails ? ` ${red('failed')}` : '';
      io.stdout.write(`${service.name}.${method.name} ${shown} ${dim(peer)}${mark}\n`);
    }
  };
  const wait = async ({ signal }: IncomingCall): Promise<void> => {
    if (delay > 0) {
      await sleep(delay, undefined, { signal });
    }
  };
  const answer = (args: Readonly<Record<string, unknown>>): unknown => {
    if (returns === undefined) {
      return undefined;
    }
    return reply === undefined ? exampleValue(returns, method.name, scalarsOf(args)) : reply.value;
  };
  const failing = (): boolean => Math.random() * 100 < errorRate;
  if (!('args' in definition)) {
    const replies = Array.isArray(reply?.value) ? (reply.value as unknown[]) : undefined;
    return mockedStream(definition, {
      show,
      wait,
      fails: failing,
      answer,
      replies: (args) => replies ?? Array.from({ length: messages }, () => answer(args)),
    });
  }
  return async (args: Readonly<Record<string, unknown>>, call: IncomingCall) => {
    const fails = failing();
    show(args, call, fails);
    await wait(call);
    if (fails) {
      throw new MockedFault();
    }
    return answer(args);
  };
}

function requireServices(schema: Schema): void {
  if (servicesOf(schema).length === 0) {
    throw new CommandFailure(EXIT_CODES.INPUT, 'the IDL has no service to serve');
  }
}

async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    return;
  }
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
