import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { run } from './commands.js';

const folder = path.resolve(import.meta.dirname, '../.cache/tls');
const CURVE = 'ec_paramgen_curve:prime256v1';
const file = (name: string): string => path.join(folder, name);

/** A folder with a certificate for localhost in the forms that the peers read; made on first use. */
export async function tlsFolder(): Promise<string> {
  if (existsSync(file('complete'))) {
    return folder;
  }
  await mkdir(folder, { recursive: true });
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const subject = ['-subj', '/CN=localhost', '-addext', names, '-days', '3650'];
  const request = [
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    CURVE,
    '-nodes',
    '-keyout',
    file('key.pem'),
  ];
  await run(['openssl', 'req', ...request, '-out', file('cert.pem'), ...subject]);
  await javaStores().catch(() => undefined);
  await run(['touch', file('complete')]);
  return folder;
}

/** The same certificate as Java keeps it; fails where there is no Java. */
async function javaStores(): Promise<void> {
  const keys = ['-inkey', file('key.pem'), '-in', file('cert.pem'), '-out', file('keys.p12')];
  await run(['openssl', 'pkcs12', '-export', ...keys, '-passout', 'pass:interop']);
  const store = ['-keystore', file('trust.p12'), '-storetype', 'PKCS12', '-storepass', 'interop'];
  const options = ['-noprompt', '-alias', 'interop', '-file', file('cert.pem')];
  await run(['keytool', '-importcert', ...store, ...options]);
}
