import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { Option } from 'commander';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import type { CommandIo } from '../terminal/terminal.js';

/** What the options of a command say about TLS. */
export interface TlsOptions {
  readonly tls?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

/** With the option of commands that send data. */
export interface ClientTlsOptions extends TlsOptions {
  /** Takes any certificate; implies TLS. */
  readonly insecure?: boolean;
}

/** Options of every command that may connect with TLS. Created for each command. */
export function tlsOptions(): Option[] {
  return [
    new Option('--tls', 'connect with TLS'),
    new Option('--ca <file>', 'trust the authorities in this PEM file; implies --tls'),
    new Option('--cert <file>', 'certificate of the client, with --key; implies --tls'),
    new Option('--key <file>', 'private key of the client'),
    new Option('--server-name <name>', 'name the certificate must be for; implies --tls'),
  ];
}

/** Whether any option asks for TLS. */
export function usesTls({ tls, insecure, ca, cert, serverName }: ClientTlsOptions): boolean {
  return Boolean(tls || insecure || ca || cert || serverName);
}

/**
 * What Node connects with; `undefined` without any of the options.
 *
 * @throws CommandFailure for a file that cannot be read, or options that do not go together.
 */
export function readTlsOptions(
  options: ClientTlsOptions,
  io: CommandIo,
): ConnectionOptions | undefined {
  const { ca, cert, key, serverName } = options;
  if ((cert === undefined) !== (key === undefined)) {
    throw new CommandFailure(EXIT_CODES.USAGE, '--cert and --key go together: give both');
  }
  if (!usesTls(options)) {
    return undefined;
  }
  return {
    ca: ca && readPem(ca, io),
    cert: cert && readPem(cert, io),
    key: key && readPem(key, io),
    servername: serverName,
  };
}

/** As {@link readTlsOptions}, with `--insecure`. */
export function readClientTls(
  options: ClientTlsOptions,
  io: CommandIo,
): ConnectionOptions | undefined {
  const tls = readTlsOptions(options, io);
  return tls && { ...tls, rejectUnauthorized: !options.insecure };
}

function readPem(path: string, io: CommandIo): Buffer {
  try {
    return readFileSync(resolve(io.cwd, path));
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${path}: ${(error as Error).message}`);
  }
}
