import { ClientTransport } from '@nestjs-thrift/transport';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import type { Command } from 'commander';
import { addressArgument, clientOptions } from '../../connection/connection-options.js';
import { endWith } from '../../connection/failure-message.js';
import { findMethod } from '../../idl/find-method.js';
import { resolveTarget } from '../../connection/targets.js';
import { compileIdl, requireIdl } from '../../idl/load-idl.js';
import { DialectChooser, STREAM_DIALECT } from '../../probe/choose-dialect.js';
import { callableMethod, isStreaming } from '../../values/method-shapes.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { forTerminal, writeWarning, type CommandIo } from '../../terminal/terminal.js';
import { describeUnmet, unnamedFailures } from './assertions.js';
import { declareOptions, type BenchCommandOptions } from './bench-options.js';
import { benchStreams, type StreamLoad } from './bench-streams.js';
import { compareRuns, readEarlierRun } from './compare-runs.js';
import { formatStreamSummary } from './format-stream-summary.js';
import { formatSummary } from './format-summary.js';
import { measureLoad } from './measure-load.js';
import { readArguments } from './payloads.js';
import { checkRunFiles, writeRunFiles } from './run-files.js';
import { runReport, type RunReport } from './run-report.js';

const EPILOGUE = `
The payload is that of "call". A file with one JSON per line is used in turn. Strings may hold {{sequence}}, {{random 1 100}} and {{uuid}}; a string that is only {{sequence}} or {{random …}} becomes a number.

Without --rate each of --concurrency callers begins its next call when the last one ended. With --rate or --stages calls have their time, at most --concurrency in flight; latency counts from the time a call should have begun. Latency and throughput are those of successful calls; failed calls are counted by class. Calls that were due and not made are "dropped".

A method with a stream is measured by streams: --streams are open at once, -n in all (by default as many), each with --messages. --rate and --stages say how many are opened per second. Messages per second count both directions.

--assert takes min, mean, p50, p75, p90, p95, p99, p999, max (us, ms, s), errors, success, dropped (a count or %), throughput (successful calls per second), with <, <=, > or >=.

Examples:
  nestjs-thrift bench 127.0.0.1:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift -c 100 -n 10000
  nestjs-thrift bench users:8888 UserService.GetUser '{"user_id": "{{random 1 1000}}"}' --idl idl/user.thrift --rate 2000 --duration 30s
  nestjs-thrift bench users:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift --stages 30s:500,1m:500,10s:0
  nestjs-thrift bench users:8888 UserService.GetUser @users.jsonl --idl idl/user.thrift --mux --out report.html
  nestjs-thrift bench users:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift --assert 'p99<50ms,errors<1%'
  nestjs-thrift bench users:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift --json > before.json
  nestjs-thrift bench users:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift --compare before.json
  nestjs-thrift bench 127.0.0.1:8889 ChatService.Talk text=hello --idl chat.thrift --streams 100 --messages 1000

Exit codes:
  0    done
  1    an assertion is not met, or a figure of --compare is worse than --max-regression
  2    the command line is wrong
  3    the IDL or the payload cannot be used, or a file cannot be read or written
  4    the first call found no connection, or every call failed
  130  Ctrl-C ended the run; what was measured is printed`;

/** Declares `bench`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .addArgument(addressArgument())
    .argument('<method>', 'Service.Method, or Method')
    .argument('[payload...]', 'JSON, @file, - for standard input, or words such as user_id=1');
  declareOptions(command);
  command
    .addHelpText('after', EPILOGUE)
    .action((address: string, method: string, payload: string[]) =>
      bench(address, method, payload, command, io),
    );
}

async function bench(
  target: string,
  name: string,
  payload: readonly string[],
  command: Command,
  io: CommandIo,
): Promise<void> {
  const address = await resolveTarget(target, command, io);
  const asked = command.opts<BenchCommandOptions>();
  const words = asked.data === undefined ? payload : [asked.data];
  const { concurrency, connections = concurrency, mux, compare } = asked;
  checkRunFiles(asked, io);
  const before = compare === undefined ? undefined : readEarlierRun(compare, io);
  const connection = clientOptions(asked, io);
  const compiled = compileIdl(requireIdl(asked), asked, io);
  const found = findMethod(compiled.schema, name);
  const method = callableMethod(compiled, found);
  const argumentsOf = await readArguments(words, found.method.name, method, io);
  const callee = { address, service: found.service.name, method: found.method.name };
  const chooser = new DialectChooser(asked, io);
  const dialect = isStreaming(method)
    ? STREAM_DIALECT
    : await chooser.choose(callee).catch(endWith);
  const options: BenchCommandOptions = { ...asked, ...dialect };
  const transport = new ClientTransport({
    ...connection,
    transport: dialect.transport,
    protocol: dialect.protocol,
    connection: mux
      ? { mode: 'mux' }
      : { mode: 'long', maxPerAddress: connections, maxWaitingPerAddress: concurrency },
    streams: mux ? { mode: 'mux', connectionsPerAddress: 1 } : { maxPerAddress: options.streams },
  });
  try {
    if (isStreaming(method)) {
      await runStreams({ method, address, argumentsOf, transport, options }, command, io);
      return;
    }
    const invoke = createMethodInvoker(method.service, method.definition, (outgoing) =>
      transport.call(outgoing),
    );
    // Async, so that a template whose value does not fit the IDL ends the run like any other failure.
    const call = async (sequence: number, signal: AbortSignal) =>
      invoke(argumentsOf(sequence), {
        address,
        timeoutMs: options.timeout,
        metadata: options.metadata,
        persistentMetadata: options.persistent,
        signal,
      });
    const startedAt = new Date().toISOString();
    const summary = await measureLoad(call, options, io);
    if (summary.success > 0) {
      chooser.ended(callee, dialect);
    }
    const report = runReport(
      summary,
      {
        target: { address, method: `${found.service.name}.${found.method.name}` },
        startedAt,
        payload: words.join(' ') || '{}',
      },
      options,
    );
    finish(
      compare === undefined || before === undefined
        ? report
        : { ...report, comparison: compareRuns(compare, before, summary, options.maxRegression) },
      options,
      io,
    );
  } finally {
    await transport.close(0);
  }
}

/** Options that are about calls, each with one reply. */
const CALL_OPTIONS = ['warmup', 'assert', 'compare', 'out', 'markdown', 'junit'];

/** @throws CommandFailure for an option that is about calls, or if every stream failed. */
async function runStreams(
  load: Omit<StreamLoad, 'total'>,
  command: Command,
  io: CommandIo,
): Promise<void> {
  const { options } = load;
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  const refused = CALL_OPTIONS.filter(isGiven);
  if (refused.length > 0) {
    const message = `--${refused[0]} measures calls, and ${load.method.definition.name} has a stream: use --streams, --messages, --rate, --stages, -n or --duration`;
    throw new CommandFailure(EXIT_CODES.USAGE, message);
  }
  const byDefault = options.duration === undefined ? options.streams : Infinity;
  const total = isGiven('requests') ? options.requests : byDefault;
  const summary = await benchStreams({ ...load, total }, io);
  io.stdout.write(
    options.json
      ? `${JSON.stringify(summary)}\n`
      : forTerminal(formatStreamSummary(summary, io), io.stdout),
  );
  const { ended, cancelled, errors } = summary.streams;
  const [first] = Object.values(errors);
  if (first !== undefined && ended + cancelled === 0) {
    throw new CommandFailure(
      EXIT_CODES.FAILED,
      `every stream failed; the first with ${first.firstError}`,
    );
  }
}

/** Prints and writes a run. @throws CommandFailure if an assertion is not met, or every call failed. */
function finish(report: RunReport, options: BenchCommandOptions, io: CommandIo): void {
  const { calls, success, errors, assertions, comparison } = report;
  io.stdout.write(
    options.json
      ? `${JSON.stringify(report)}\n`
      : forTerminal(formatSummary(report, io), io.stdout),
  );
  writeRunFiles(report, options, io);
  for (const warning of unnamedFailures(options.assert, report)) {
    writeWarning(warning, io);
  }
  const unmet = assertions.filter(({ met }) => !met).map(describeUnmet);
  const worse = (comparison?.figures ?? [])
    .filter(({ verdict }) => verdict === 'worse')
    .map(
      ({ name, worsePercent }) => `${name} is ${worsePercent} % worse than in ${comparison?.file}`,
    );
  const everyCallFailed = calls > 0 && success === 0;
  const [first] = Object.values(errors);
  const reasons = [
    ...unmet,
    ...worse,
    ...(everyCallFailed ? [`every call failed; the first with ${first?.firstError}`] : []),
  ];
  if (reasons.length === 0) {
    return;
  }
  const isNegative = unmet.length + worse.length > 0;
  throw new CommandFailure(
    isNegative ? EXIT_CODES.NEGATIVE : EXIT_CODES.FAILED,
    reasons.join('\n'),
  );
}
