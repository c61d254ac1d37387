import { DEFAULT_MAX_DECODED_BYTES, PROTOCOLS } from '@nestjs-thrift/codec/wire';
import type { ClientTransportOptions, ProtocolName, TransportName } from '@nestjs-thrift/transport';
import { readEndpoint, type SocketAddress } from '@nestjs-thrift/transport/internal';
import { FRAMINGS } from '@nestjs-thrift/transport/wire';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import { Argument, InvalidArgumentError, Option } from 'commander';
import type { CommandIo } from '../terminal/terminal.js';
import { timeLimit } from './durations.js';
import { readClientTls, tlsOptions, type ClientTlsOptions } from './tls-options.js';

/** `<address>` of every command that connects. */
export function addressArgument(): Argument {
  return new Argument('<address>', 'host:port, [IPv6]:port, unix:/path, or the name of a target');
}

/** The parts of an address. @throws CommandFailure unless the text is `host:port`, `[IPv6]:port` or `unix:/path`. */
export function checkAddress(text: string): SocketAddress {
  const address = readEndpoint(text);
  if (address === undefined) {
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `"${text}" is not an address: write host:port, [IPv6]:port or unix:/path, or the name of a target`,
    );
  }
  return address;
}

/** For an option of the form `key=value` that may be given several times. */
export function collectPair(
  text: string,
  previous: Readonly<Record<string, string>>,
): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals <= 0) {
    throw new InvalidArgumentError('Write key=value.');
  }
  return { ...previous, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** What the options of a command say about the connection. */
export interface ConnectionOptions extends ClientTlsOptions {
  /** `auto`: what the server answers. */
  readonly transport: TransportName | 'auto';
  /** Binary without it, or with `auto` what the server answers. */
  readonly protocol?: ProtocolName;
  /** In milliseconds; 0 for no limit. */
  readonly timeout: number;
  /** In milliseconds; 0 for no limit. */
  readonly connectTimeout: number;
  readonly serviceName?: string;
  readonly caller: string;
  readonly multiplexed?: boolean;
  readonly maxReplyBytes?: number;
}

/** Options of every command that connects. Created for each command. */
export function connectionOptions(): Option[] {
  return [
    choice('--transport <name>', 'how messages are framed; auto is what the server answers', [
      'auto',
      ...Object.keys(FRAMINGS),
    ]).default('auto'),
    choice('--protocol <name>', 'how values are encoded', Object.keys(PROTOCOLS)).default(
      undefined,
      'binary, or what the server answers',
    ),
    new Option('--timeout <time>', 'longest wait for a reply, such as 500ms or 2s; 0 for no limit')
      .argParser(timeLimit)
      .default(3000),
    new Option('--connect-timeout <time>', 'longest wait for a connection; 0 for no limit')
      .argParser(timeLimit)
      .default(1000),
    ...tlsOptions(),
    new Option('--insecure', 'take any certificate; implies --tls'),
    new Option(
      '--service-name <name>',
      'registry name sent in the TTHeader, unless that of the IDL',
    ),
    new Option('--caller <name>', 'registry name of the caller').default('nestjs-thrift-cli'),
    new Option(
      '--max-reply-bytes <size>',
      'largest reply that is accepted, such as 64MiB (default: 16MiB)',
    ).argParser(byteSize),
    new Option('--multiplexed', 'put "Service:" before the name, for multiplexed Apache servers'),
  ];
}

/** @throws CommandFailure for a file that cannot be read, or options that do not go together. */
export function clientOptions(
  options: ConnectionOptions,
  io: CommandIo,
): Omit<ClientTransportOptions, 'transport' | 'protocol'> {
  const { timeout, connectTimeout, caller, serviceName, maxReplyBytes } = options;
  const tls = readClientTls(options, io);
  return {
    connectTimeoutMs: connectTimeout,
    readTimeoutMs: timeout,
    serviceName: caller,
    ...(serviceName === undefined ? {} : { targetServiceName: serviceName }),
    ...(options.multiplexed ? { multiplexedNames: true } : {}),
    ...(maxReplyBytes === undefined ? {} : replyLimits(maxReplyBytes)),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Values take more memory than bytes on the wire: a bool is one of 16 and more. */
const DECODED_PER_BYTE = 16;

function replyLimits(
  maxFrameBytes: number,
): Pick<ClientTransportOptions, 'maxFrameBytes' | 'maxDecodedBytes'> {
  const decoded = Math.min(maxFrameBytes * DECODED_PER_BYTE, 2 ** 31 - 1);
  return { maxFrameBytes, maxDecodedBytes: Math.max(decoded, DEFAULT_MAX_DECODED_BYTES) };
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** Bytes of a size such as `65536`, `64KiB` or `1GiB`. */
export function byteSize(text: string): number {
  const [, number, unit = ''] = /^(\d+)\s*([KMG]iB)?$/.exec(text) ?? [];
  const bytes = Number(number) * SIZE_UNITS[unit]!;
  if (bytes >= 1 && bytes <= 2 ** 30) {
    return bytes;
  }
  throw new InvalidArgumentError('Give a size from 1 to 1GiB, such as 64MiB.');
}

/** An option that takes one of the names in any case, with hyphens or without: `ttheader-framed`. */
function choice(flags: string, description: string, names: readonly string[]): Option {
  return new Option(flags, description).choices(names).argParser((text) => {
    const found = names.find((name) => spelling(name) === spelling(text));
    if (found !== undefined) {
      return found;
    }
    throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}.`);
  });
}

function spelling(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
}
