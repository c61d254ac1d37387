import type { ConnectionOptions, SecureContextOptions, TlsOptions } from 'node:tls';
import { isObject, type Option, shown } from './option.js';

/** Options of TLS whose value is the text of a PEM file. */
const PEM_OPTIONS = ['ca', 'cert', 'key'] as const;

/** TLS of a client: nothing in it is needed, `cert` and `key` together make it mTLS. */
export function clientTls(): Option<ConnectionOptions> {
  return tlsOption<ConnectionOptions>(({ cert, key }) =>
    (cert === undefined) === (key === undefined) ? undefined : 'needs cert and key together',
  );
}

/** TLS of a server: it needs a certificate. */
export function serverTls(): Option<TlsOptions & SecureContextOptions> {
  return tlsOption<TlsOptions & SecureContextOptions>(({ cert, key, pfx, SNICallback }) =>
    (cert !== undefined && key !== undefined) || pfx !== undefined || SNICallback !== undefined
      ? undefined
      : 'needs a certificate: cert and key, or pfx',
  );
}

function tlsOption<Tls extends SecureContextOptions>(
  missing: (tls: Tls) => string | undefined,
): Option<Tls> {
  return {
    default: undefined,
    allowed: 'an object',
    read(value, path, problems) {
      if (!isObject(value)) {
        problems.push(`${path} must be an object; got ${shown(value)}`);
        return value as Tls;
      }
      const tls = value as Tls;
      const lack = missing(tls);
      if (lack !== undefined) {
        problems.push(`${path} ${lack}`);
      }
      for (const name of PEM_OPTIONS) {
        const wrong = [tls[name]].flat().find(isNoPem);
        if (wrong !== undefined) {
          problems.push(`${path}.${name} must be the text of a PEM file; got ${shownNoPem(wrong)}`);
        }
      }
      return tls;
    },
  };
}

function isNoPem(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('-----BEGIN');
}

/** Not the text, which may be a key. */
function shownNoPem(value: string): string {
  return value === ''
    ? 'an empty string; is an environment variable not set?'
    : 'a string without "-----BEGIN"; a path is read with readFileSync(path)';
}
