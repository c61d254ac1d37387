import { ERROR_CODES, ThriftRpcError } from '@nestjs-thrift/codec';
import { TlsFailure, type TlsOptionNames } from '@nestjs-thrift/transport/internal';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import { withoutControls } from '../terminal/terminal.js';

/** The options of this program that help where TLS fails. */
const TLS_OPTIONS: TlsOptionNames = {
  tls: '--tls',
  ca: '--ca',
  certificate: '--cert and --key',
  servername: '--server-name',
  anyCertificate: '--insecure',
  versions: 'the versions of TLS',
};

/** Names of options of the library, as this program has them. */
const OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/ \(maxFrameBytes of the client\)/, '; raise the limit with --max-reply-bytes'],
  [/raise maxDecodedBytes if messages of this size are expected/, 'raise --max-reply-bytes'],
];

/**
 * The message of a failed call on one line: hints of the transport name the options of this program, and texts of the peer cannot
 * steer a terminal.
 */
export function failureMessage({ message, cause }: ThriftRpcError): string {
  const named =
    cause instanceof TlsFailure
      ? message.replace(cause.message, () => cause.describe(TLS_OPTIONS))
      : OPTIONS.reduce((text, [option, own]) => text.replace(option, own), message);
  return withoutControls(named.replaceAll(/[\r\n]+/g, ' '));
}

/** Code and message of a failed call, on one line. */
export function failureText(error: ThriftRpcError): string {
  return `${error.code}: ${failureMessage(error)}`;
}

/** The exit code of a command that ends with a failed call. */
export function exitCodeOf({ code }: ThriftRpcError): number {
  return EXIT_CODES[ERROR_CODES[code].exit];
}

/** Whether a call found no connection. One that stands only to be refused, as for a certificate under TLS 1.3, is none. */
export function isConnectFailure(error: unknown): error is ThriftRpcError {
  return (
    error instanceof ThriftRpcError &&
    (error.code === 'CONNECT_FAILED' || error.code === 'NOT_SENT')
  );
}

/** Ends a command with a failed call. @throws CommandFailure; what is not a failed call as it is */
export function endWith(error: unknown): never {
  throw error instanceof ThriftRpcError
    ? new CommandFailure(exitCodeOf(error), failureText(error))
    : error;
}
