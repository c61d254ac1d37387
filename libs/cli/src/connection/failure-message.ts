import { ERROR_CODES, type ThriftRpcError } from '@nestjs-thrift/codec';
import { TlsFailure, type TlsOptionNames } from '@nestjs-thrift/transport/internal';
import { EXIT_CODES } from '../terminal/exit-codes.js';

/** The options of this program that help where TLS fails. */
const OPTION_NAMES: TlsOptionNames = {
  tls: '--tls',
  ca: '--ca',
  certificate: '--cert and --key',
  servername: '--server-name',
  anyCertificate: '--insecure',
  versions: 'the versions of TLS',
};

/** The message of a failed call: hints of the transport name the options of this program. */
export function failureMessage({ message, cause }: ThriftRpcError): string {
  return cause instanceof TlsFailure
    ? message.replace(cause.message, () => cause.describe(OPTION_NAMES))
    : message;
}

/** The exit code of a command that ends with a failed call. */
export function exitCodeOf({ code }: ThriftRpcError): number {
  return EXIT_CODES[ERROR_CODES[code].exit];
}
