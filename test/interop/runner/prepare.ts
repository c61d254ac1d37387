import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { globSync } from 'tinyglobby';
import { firstLine, run } from './commands.js';
import type { Peer } from './peers.js';

const here = path.resolve(import.meta.dirname, '..');
const cache = path.join(here, '.cache');

/** A peer whose program is there. */
export interface BuiltPeer extends Peer {
  readonly folder: string;
}

/** What became of the peers. */
export interface Prepared {
  readonly built: readonly BuiltPeer[];
  /** Peers that this machine cannot build, with the reason. */
  readonly missing: readonly { readonly peer: Peer; readonly reason: string }[];
}

/** Packages of Debian that the peers need. */
const DEBIAN_PACKAGES = [
  'thrift-compiler',
  'libthrift-dev',
  'libboost-dev',
  'libssl-dev',
  'g++',
  'openssl',
  'etcd-server',
];

/** Installs what Debian has of the toolchains; for build machines. */
export async function installToolchains(): Promise<void> {
  const present = await Promise.all(
    DEBIAN_PACKAGES.map((name) => firstLine(['dpkg-query', '-W', '-f', '${Version}', name])),
  );
  const absent = DEBIAN_PACKAGES.filter((_, index) => !present[index]);
  if (absent.length === 0) {
    return;
  }
  console.log(`installing ${absent.join(' ')}`);
  await run(['apt-get', 'update', '-q']);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...absent], { env });
}

/** Builds all peers that this machine can build, two at a time. */
export async function prepare(peers: readonly Peer[]): Promise<Prepared> {
  const built: BuiltPeer[] = [];
  const missing: { peer: Peer; reason: string }[] = [];
  const waiting = [...peers];
  async function work(): Promise<void> {
    for (let peer = waiting.shift(); peer !== undefined; peer = waiting.shift()) {
      const reason = await build(peer).catch((error: Error) => `does not build: ${error.message}`);
      if (reason === undefined) {
        built.push({ ...peer, folder: folderOf(peer) });
      } else {
        missing.push({ peer, reason });
      }
    }
  }
  await Promise.all([work(), work()]);
  return {
    built: peers.flatMap((peer) => built.filter(({ name }) => name === peer.name)),
    missing,
  };
}

function folderOf(peer: Peer): string {
  return path.join(cache, 'peers', peer.name.replaceAll(/[^\w+]+/g, '-').toLowerCase());
}

/** Why the peer cannot be built; `undefined` once it is. */
async function build(peer: Peer): Promise<string | undefined> {
  for (const [command, source] of Object.entries(peer.needs)) {
    if ((await firstLine(['which', command])) === undefined) {
      return `${command} is not installed (${source})`;
    }
  }
  const folder = folderOf(peer);
  const stamp = path.join(folder, '.built');
  const fingerprint = fingerprintOf(peer);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === fingerprint) {
    return undefined;
  }
  const started = performance.now();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await peer.build(folder);
  await writeFile(stamp, fingerprint);
  console.log(`built ${peer.name} (${Math.round((performance.now() - started) / 1000)} s)`);
  return undefined;
}

/** Changes with the sources of a peer, the IDL and how it is built. */
function fingerprintOf(peer: Peer): string {
  const hash = createHash('sha256');
  for (const file of ['runner/peers.ts', 'runner/kitex-peers.ts']) {
    hash.update(readFileSync(path.join(here, file)));
  }
  const folders = ['idl', ...peer.sources.map((name) => `peers/${name}`)];
  const files = globSync(
    folders.map((folder) => `${folder}/**/*`),
    { cwd: here },
  );
  for (const file of files.sort()) {
    hash.update(file).update(readFileSync(path.join(here, file)));
  }
  return hash.digest('hex');
}
