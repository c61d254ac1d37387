import { stringifyJson, valueFromJson, valueToJson } from '@nestjs-thrift/codec/json';
import type { CompiledSchema } from '@nestjs-thrift/codec/compiler';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { ClientTransport } from '@nestjs-thrift/transport';
import { createMethodInvoker, type MethodInvoker } from '@nestjs-thrift/transport/internal';
import type { Command } from 'commander';
import { addressArgument, clientOptions } from '../../connection/connection-options.js';
import { endWith, isConnectFailure } from '../../connection/failure-message.js';
import { resolveTarget } from '../../connection/targets.js';
import { findMethod } from '../../idl/find-method.js';
import { compileIdl, requireIdl } from '../../idl/load-idl.js';
import { DialectChooser } from '../../probe/choose-dialect.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { forTerminal, type CommandIo } from '../../terminal/terminal.js';
import { FieldPaths } from '../../traffic/field-paths.js';
import {
  recordedCalls,
  type RecordedCall,
  type RecordedOutcome,
} from '../../traffic/recorded-call.js';
import { REDACTED, withPlaceholders } from '../../traffic/redacted.js';
import { parseTraffic } from '../../traffic/traffic-json.js';
import { describeFailure } from '../../values/call-failure.js';
import { callableMethod, type CallableMethod } from '../../values/method-shapes.js';
import { plural } from '../bench/format-summary.js';
import { compareOutcomes } from './compare-outcomes.js';
import { declareOptions, type ReplayOptions } from './replay-options.js';
import { formatReply, ReplaySummary } from './replay-summary.js';
import { runReplay } from './run-replay.js';

const EPILOGUE = `
Sends the calls of a recording to another version of the service, and shows the replies that differ from the recorded ones. Calls that change data change it again: choose with --method what is replayed.

Replies are compared by the types of the IDL: sets and maps whatever their order, an exception or an error by its type and text. --ignore leaves places out: a path of fields matches the end of a place, so updated_at is each field of that name. Values that "record" left out are sent as "[redacted]" or the zero of their type, and are not compared.

Examples:
  nestjs-thrift replay traffic.jsonl users-next:8888 --idl idl/user.thrift
  nestjs-thrift replay traffic.jsonl users-next --rate 200 --ignore updated_at --ignore result.*.etag
  nestjs-thrift replay traffic.jsonl users-next --method UserService.GetUser --json

Exit codes:
  0    every reply is the recorded one
  1    a reply differs
  2    the command line is wrong
  3    the IDL or the recording cannot be used
  4    the first call found no connection
  130  Ctrl-C ended the replay; what was found is printed`;

/** Declares `replay`. */
export function configure(command: Command, io: CommandIo): void {
  command.argument('<file>', 'a recording of "record"').addArgument(addressArgument());
  declareOptions(command);
  command
    .addHelpText('after', EPILOGUE)
    .action((file: string, address: string) => replay(file, address, command, io));
}

async function replay(
  file: string,
  argument: string,
  command: Command,
  io: CommandIo,
): Promise<void> {
  const address = await resolveTarget(argument, command, io);
  const options = command.opts<ReplayOptions>();
  const connection = clientOptions(options, io);
  const compiled = compileIdl(requireIdl(options), options, io);
  const calls = chosenCalls(file, options, io);
  const first = await calls.next();
  const [service = '', method = ''] = first.done ? [] : [first.value.service, first.value.method];
  const chooser = new DialectChooser(options, io);
  const dialect = await chooser.choose({ address, service, method }).catch(endWith);
  const { concurrency } = options;
  const transport = new ClientTransport({
    ...connection,
    transport: dialect.transport,
    protocol: dialect.protocol,
    connection: { mode: 'long', maxPerAddress: concurrency, maxWaitingPerAddress: concurrency },
  });
  const summary = new ReplaySummary(options.show);
  const replayer = new Replayer(compiled, transport, summary, address, options, io);
  const startMs = performance.now();
  try {
    const all = first.done ? calls : continued(first.value, calls);
    await runReplay(all, { rate: options.rate, concurrency, signal: replayer.signal }, (call) =>
      replayer.replay(call),
    );
  } finally {
    await transport.close(0);
  }
  if (replayer.fault !== undefined) {
    endWith(replayer.fault);
  }
  chooser.ended({ address, service, method }, dialect);
  finish(summary, (performance.now() - startMs) / 1000, options, io);
}

function finish(
  summary: ReplaySummary,
  seconds: number,
  { json }: ReplayOptions,
  io: CommandIo,
): void {
  io.stdout.write(
    json
      ? `${stringifyJson({ interrupted: io.signal.aborted, ...summary.toJson(seconds) })}\n`
      : forTerminal(summary.format(seconds, io), io.stdout),
  );
  if (summary.different > 0) {
    const differs = summary.different === 1 ? 'reply differs' : 'replies differ';
    throw new CommandFailure(
      EXIT_CODES.NEGATIVE,
      `${summary.different} ${differs} of ${plural(summary.calls, 'call')}`,
    );
  }
}

/** The calls of the recording that the options ask for. */
async function* chosenCalls(
  file: string,
  { method, requests = Infinity }: ReplayOptions,
  io: CommandIo,
): AsyncGenerator<RecordedCall> {
  let count = 0;
  for await (const call of recordedCalls(file, io)) {
    const names = [call.method, `${call.service}.${call.method}`, `${call.service}/${call.method}`];
    if (method.length > 0 && !names.some((name) => method.includes(name))) {
      continue;
    }
    yield call;
    count += 1;
    if (count >= requests) {
      return;
    }
  }
}

async function* continued(
  first: RecordedCall,
  rest: AsyncIterable<RecordedCall>,
): AsyncGenerator<RecordedCall> {
  yield first;
  yield* rest;
}

interface ReplayedMethod extends CallableMethod {
  readonly invoke: MethodInvoker;
}

/** Sends recorded calls and compares their outcomes. */
class Replayer {
  readonly #compiled: CompiledSchema;
  readonly #transport: ClientTransport;
  readonly #summary: ReplaySummary;
  readonly #address: string;
  readonly #options: ReplayOptions;
  readonly #io: CommandIo;
  readonly #ignore: FieldPaths;
  readonly #methods = new Map<string, ReplayedMethod>();
  readonly #stop = new AbortController();
  readonly signal: AbortSignal;
  #fault: unknown;

  constructor(
    compiled: CompiledSchema,
    transport: ClientTransport,
    summary: ReplaySummary,
    address: string,
    options: ReplayOptions,
    io: CommandIo,
  ) {
    this.#compiled = compiled;
    this.#transport = transport;
    this.#summary = summary;
    this.#address = address;
    this.#options = options;
    this.#io = io;
    this.#ignore = new FieldPaths(options.ignore);
    this.signal = AbortSignal.any([io.signal, this.#stop.signal]);
  }

  /** What ended the replay, as when the first call found no connection. */
  get fault(): unknown {
    return this.#fault;
  }

  async replay(call: RecordedCall): Promise<void> {
    try {
      await this.#send(call);
    } catch (error) {
      this.#fault ??= error;
      this.#stop.abort();
    }
  }

  async #send(call: RecordedCall): Promise<void> {
    let method: ReplayedMethod;
    let args: FieldValues;
    try {
      method = this.#methodOf(call);
      const json = withPlaceholders(call.args, method.parameters);
      args = valueFromJson(json, method.parameters) as FieldValues;
    } catch (error) {
      return this.#summary.skip({ line: call.line, reason: (error as Error).message });
    }
    const startMs = performance.now();
    const after = await this.#outcomeOf(call, method, args);
    if (after === undefined || this.signal.aborted) {
      return;
    }
    if (call.outcome === undefined) {
      this.#summary.oneway += 1;
      return;
    }
    const differences = compareOutcomes(call.outcome, after, method, this.#ignore);
    const reply = this.#summary.add(call, differences, performance.now() - startMs);
    if (reply !== undefined && !this.#options.json) {
      this.#io.stdout.write(forTerminal(formatReply(reply, this.#io), this.#io.stdout));
    }
  }

  #methodOf({ service, method }: RecordedCall): ReplayedMethod {
    const name = `${service}.${method}`;
    let found = this.#methods.get(name);
    if (found === undefined) {
      const callable = callableMethod(this.#compiled, findMethod(this.#compiled.schema, name));
      const invoke = createMethodInvoker(callable.service, callable.definition, (outgoing) =>
        this.#transport.call(outgoing),
      );
      found = { ...callable, invoke };
      this.#methods.set(name, found);
    }
    return found;
  }

  async #outcomeOf(
    { metadata, persistentMetadata }: RecordedCall,
    method: ReplayedMethod,
    args: FieldValues,
  ): Promise<RecordedOutcome | undefined> {
    const { timeout, metadata: more, persistent } = this.#options;
    try {
      const result = await method.invoke(args, {
        address: this.#address,
        timeoutMs: timeout,
        metadata: { ...known(metadata), ...more },
        persistentMetadata: { ...known(persistentMetadata), ...persistent },
        signal: this.signal,
      });
      return normalized({
        result: method.returns === undefined ? null : valueToJson(result, method.returns),
      });
    } catch (error) {
      if (this.signal.aborted) {
        return undefined;
      }
      if (this.#summary.calls === 0 && isConnectFailure(error)) {
        throw error;
      }
      return normalized(describeFailure(error, method).outcome);
    }
  }
}

/** Values that the recording has. */
function known(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== REDACTED));
}

/** The same form of JSON as that of a recording. */
function normalized(outcome: object): RecordedOutcome {
  return parseTraffic(stringifyJson(outcome)) as RecordedOutcome;
}
