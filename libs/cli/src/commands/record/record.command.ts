import { Option, type Command } from 'commander';
import { addressArgument, byteSize } from '../../connection/connection-options.js';
import { durationMs, timeLimit } from '../../connection/durations.js';
import { resolveTarget } from '../../connection/targets.js';
import { readClientTls, tlsOptions, type ClientTlsOptions } from '../../connection/tls-options.js';
import { idlOptions, type IdlFileOptions } from '../../idl/idl-options.js';
import { compileIdl, requireIdl } from '../../idl/load-idl.js';
import { parseTarget } from '../../probe/target.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { systemReason } from '../../terminal/system-reason.js';
import { writeWarning, type CommandIo } from '../../terminal/terminal.js';
import { collectPath, FieldPaths } from '../../traffic/field-paths.js';
import { countFrom, integerFrom } from '../../values/counts.js';
import { plural } from '../bench/format-summary.js';
import { ConnectionTap } from './connection-tap.js';
import { MethodIndex } from './method-index.js';
import { PassThrough } from './pass-through.js';
import { Recording } from './recording.js';
import { TrafficWriter } from './traffic-writer.js';

const EPILOGUE = `
Listens, passes every connection on to the server byte for byte, and writes each call with its outcome as one line of JSON, for "replay". Point clients at it instead of the server. Every transport and protocol is read; streams pass and are not recorded.

A recording has what the calls had. --redact leaves values out: a path of fields matches the end of a place, so token is each field of that name, user.token that of each user, args.*.id an id in any parameter; metadata.env is a value of the metadata. The access token of a TTHeader is never written.

Examples:
  nestjs-thrift record users.internal:8888 --idl idl/user.thrift --out traffic.jsonl
  nestjs-thrift record users --port 9000 --redact password --redact metadata.authorization --duration 10m --out traffic.jsonl
  nestjs-thrift call 127.0.0.1:8889 GetUser user_id=7 --idl idl/user.thrift

Exit codes:
  0    --duration is over, or --requests are recorded
  2    the command line is wrong
  3    the IDL cannot be used, or the file cannot be written
  4    the port cannot be listened on
  130  Ctrl-C ended the recording; it is complete up to then`;

interface RecordOptions extends IdlFileOptions, ClientTlsOptions {
  readonly host: string;
  readonly port: number;
  readonly out?: string;
  readonly redact: readonly string[];
  /** In milliseconds. */
  readonly duration?: number;
  readonly requests?: number;
  readonly maxMessageBytes: number;
  readonly connectTimeout: number;
}

/** Declares `record`. */
export function configure(command: Command, io: CommandIo): void {
  command.addArgument(addressArgument());
  for (const option of idlOptions()) {
    command.addOption(option);
  }
  command
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .addOption(
      new Option('-p, --port <port>', 'port to listen on; 0 takes a free one')
        .argParser(integerFrom(0, 65_535))
        .default(8889),
    )
    .option('-o, --out <file>', 'write there instead of to standard output')
    .addOption(
      new Option('--redact <path>', 'leave values out: token, user.token; can be repeated')
        .argParser(collectPath)
        .default([], 'none'),
    )
    .addOption(
      new Option('--duration <time>', 'stop after this time, such as 10m').argParser((text) =>
        durationMs(text, 's'),
      ),
    )
    .option('-n, --requests <calls>', 'stop after this many', countFrom(1))
    .addOption(
      new Option('--max-message-bytes <size>', 'larger messages pass and are not recorded')
        .argParser(byteSize)
        .default(2 ** 20, '1MiB'),
    )
    .addOption(
      new Option(
        '--connect-timeout <time>',
        'longest wait for a connection to the server; 0 for no limit',
      )
        .argParser(timeLimit)
        .default(1000),
    );
  for (const option of tlsOptions()) {
    command.addOption(option);
  }
  command
    .option('--insecure', 'take any certificate of the server; implies --tls')
    .addHelpText('after', EPILOGUE)
    .action((address: string) => record(address, command, io));
}

async function record(argument: string, command: Command, io: CommandIo): Promise<void> {
  const address = await resolveTarget(argument, command, io);
  const options = command.opts<RecordOptions>();
  const { out, requests, duration, redact, maxMessageBytes } = options;
  const methods = new MethodIndex(compileIdl(requireIdl(options), options, io));
  const tls = readClientTls(options, io);
  const stop = new AbortController();
  const writer = await TrafficWriter.open(out, io, (error) => stop.abort(error));
  const recording = new Recording(
    (line) => writer.write(line),
    (recorded) => recorded === requests && stop.abort(),
  );
  const tapOptions = { methods, redact: new FieldPaths(redact), maxMessageBytes };
  let failures = 0;
  const passThrough = new PassThrough({
    target: parseTarget(address),
    tls,
    connectTimeoutMs: options.connectTimeout,
    tap: () => new ConnectionTap(tapOptions, recording),
    onFailure(reason) {
      failures += 1;
      if (failures === 1) {
        writeWarning(`cannot connect to ${address}: ${reason}`, io);
      }
    },
  });
  try {
    await listen(passThrough, address, options, io);
    await ended(AbortSignal.any([io.signal, stop.signal]), duration);
  } finally {
    passThrough.close();
    await writer.close();
  }
  if (stop.signal.reason instanceof CommandFailure) {
    throw stop.signal.reason;
  }
  const lines = [
    `recorded ${plural(recording.recorded, 'call')}${out === undefined ? '' : ` in ${out}`}`,
    ...recording.gaps,
    ...(failures === 0 ? [] : [`${plural(failures, 'connection')} found no server`]),
  ];
  io.stderr.write(`${lines.join('\n')}\n`);
}

async function listen(
  passThrough: PassThrough,
  address: string,
  { host, port, redact }: RecordOptions,
  io: CommandIo,
): Promise<void> {
  const listening = await passThrough.listen(host, port).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'the port is in use' : systemReason(error);
    throw new CommandFailure(EXIT_CODES.FAILED, `cannot listen on ${host}:${port}: ${reason}`);
  });
  if (redact.length === 0) {
    writeWarning(
      'the recording has all values of the calls, secrets included; leave fields out with --redact',
      io,
    );
  }
  io.stderr.write(`passing ${listening} on to ${address}; Ctrl-C stops\n`);
}

/** Resolves when the signal aborts, or after the duration. */
async function ended(signal: AbortSignal, duration: number | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = duration === undefined ? undefined : setTimeout(resolve, duration);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
    }
  });
}
