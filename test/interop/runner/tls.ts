import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { authority, serverCertificate } from '#test/certificates.js';
import { run } from './commands.js';

const folder = path.resolve(import.meta.dirname, '../.cache/tls');
const file = (name: string): string => path.join(folder, name);

/** A folder with a certificate for localhost in the forms that the peers read; made on first use. */
export async function tlsFolder(): Promise<string> {
  if (existsSync(file('complete'))) {
    return folder;
  }
  await mkdir(folder, { recursive: true });
  // With its authority behind it, one file is both the chain of a server and what its clients trust.
  await writeFile(file('cert.pem'), serverCertificate.cert + authority);
  await writeFile(file('key.pem'), serverCertificate.key);
  await writeFile(file('authority.pem'), authority);
  await javaStores().catch(() => undefined);
  await writeFile(file('complete'), '');
  return folder;
}

/** The same certificate as Java keeps it; fails where there is no Java. */
async function javaStores(): Promise<void> {
  const keys = ['-inkey', file('key.pem'), '-in', file('cert.pem'), '-out', file('keys.p12')];
  await run(['openssl', 'pkcs12', '-export', ...keys, '-passout', 'pass:interop']);
  const store = ['-keystore', file('trust.p12'), '-storetype', 'PKCS12', '-storepass', 'interop'];
  const options = ['-noprompt', '-alias', 'interop', '-file', file('authority.pem')];
  await run(['keytool', '-importcert', ...store, ...options]);
}
