import { ClientTransport } from '@nestjs-thrift/transport';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { Option, type Command } from 'commander';
import {
  checkAddress,
  clientOptions,
  connectionOptions,
  collectPair,
} from '../../connection/connection-options.js';
import { findMethod } from '../../idl/find-method.js';
import { implicitFieldIdsOption, includeOption } from '../../idl/idl-options.js';
import { compileIdl } from '../../idl/load-idl.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { failedAssertions, parseAssertions } from './assertions.js';
import { countFrom, positive, type BenchCommandOptions } from './bench-options.js';
import { EPILOGUE, renderReport } from './report.js';
import { formatSummary } from './format-summary.js';
import { measureLoad } from './measure-load.js';
import type { Summary } from './measurements.js';
import { readArguments } from './payloads.js';
import { checkReportPath, writeReport } from './report-file.js';

/** Declares `bench`. */
export function configure(command: Command, io: CommandIo): void {
  const count = countFrom(1);
  command
    .argument('<address>', 'host:port, [IPv6]:port or unix:/path')
    .argument('<method>', 'Service.Method')
    .argument('[payload]', 'JSON, @file, or - for standard input')
    .requiredOption('--idl <file>', 'the .thrift file that defines the service')
    .addOption(includeOption())
    .addOption(implicitFieldIdsOption())
    .option('--metadata <key=value>', 'sent to this server alone', collectPair, {})
    .option('--persistent <key=value>', 'sent on to every further server', collectPair, {})
    .option('--concurrency <calls>', 'most calls in flight', count, 100)
    .option('--rate <calls>', 'calls per second, whether or not earlier ones ended', positive)
    .option('--requests <calls>', 'calls in all', count, 10_000)
    .addOption(
      new Option('--duration <seconds>', 'begin calls for this long, instead of --requests')
        .argParser(positive)
        .conflicts('requests'),
    )
    .option('--warmup <calls>', 'calls before those that count', countFrom(0), 0)
    .option('--connections <count>', 'connections of the pool (default: --concurrency)', count)
    .addOption(new Option('--mux', 'all calls over one connection').conflicts('connections'))
    .option('--assert <list>', 'such as p99<50ms,errors<1%', parseAssertions, [])
    .option('--out <file>', 'write a report as one HTML page')
    .option('--json', 'print the outcome as one line of JSON');
  for (const option of connectionOptions()) {
    command.addOption(option);
  }
  command
    .addHelpText('after', EPILOGUE)
    .action(
      (
        address: string,
        method: string,
        payload: string | undefined,
        options: BenchCommandOptions,
      ) => bench(address, method, payload, options, io),
    );
}

async function bench(
  address: string,
  name: string,
  payload: string | undefined,
  options: BenchCommandOptions,
  io: CommandIo,
): Promise<void> {
  checkAddress(address);
  const { concurrency, connections = concurrency, mux, out } = options;
  if (out !== undefined) {
    checkReportPath(out, io);
  }
  const transport = new ClientTransport({
    ...clientOptions(options, io),
    connection: mux
      ? { mode: 'mux' }
      : { mode: 'long', maxPerAddress: connections, maxWaitingPerAddress: concurrency },
  });
  try {
    const compiled = compileIdl(options.idl, options, io);
    const { file, service, method } = findMethod(compiled.schema, name);
    const argumentsOf = await readArguments(payload, method, compiled, io);
    const definition = compiled.service({ file, name: service.name });
    const invoke = createMethodInvoker(definition, definition.methods[method.name]!, (outgoing) =>
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
    finish(await measureLoad(call, options, io), `${name} at ${address}`, options, io);
  } finally {
    await transport.close(0);
  }
}

function finish(summary: Summary, title: string, options: BenchCommandOptions, io: CommandIo) {
  io.stdout.write(options.json ? `${JSON.stringify(summary)}\n` : formatSummary(summary));
  if (options.out !== undefined) {
    writeReport(options.out, renderReport(title, summary), io);
  }
  const failed = failedAssertions(options.assert, summary);
  if (failed.length > 0) {
    throw new CommandFailure(EXIT_CODES.NEGATIVE, failed.join('\n'));
  }
  if (summary.calls > 0 && summary.success === 0) {
    throw new CommandFailure(
      EXIT_CODES.FAILED,
      `every call failed; the first with ${summary.firstError}`,
    );
  }
}
