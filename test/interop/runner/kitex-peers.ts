import { cp } from 'node:fs/promises';
import path from 'node:path';
import { run } from './commands.js';
import type { Peer } from './peers.js';

const here = path.resolve(import.meta.dirname, '..');
const IDL = ['interop', 'probe', 'unions', 'shared', 'accounts'];
const GO = { GOFLAGS: '-mod=mod -buildvcs=false' };

/** A version of Kitex that is older than the one in the peer's go.mod. */
interface OlderVersion {
  readonly version: string;
  /** The newest registry-etcd that does not need a newer Kitex. */
  readonly registryEtcd: string;
  /** Whether its module `pid` must be replaced, whose assembly today's Go does not accept. */
  readonly replacesPid?: boolean;
  readonly tags?: string;
  /** Whether its server cannot send the exception that says that a method is unknown. */
  readonly closesOnUnknownMethod?: boolean;
}

function kitexPeer(name: string, library: string, older?: OlderVersion): Peer {
  return {
    name,
    library,
    sources: ['kitex', 'go-cases', 'pid'],
    needs: { go: 'Go 1.25 or later' },
    transports: ['Buffered', 'Framed', 'TTHeader', 'TTHeaderFramed'],
    protocols: ['binary'],
    tls: false,
    multiplexed: false,
    exotic: false,
    isKitex: true,
    leavesOnRequest: older === undefined,
    closesOnUnknownMethod: older?.closesOnUnknownMethod ?? false,
    build: (folder) => buildPeer(folder, older),
    command: (folder) => [path.join(folder, 'peer')],
  };
}

async function buildPeer(folder: string, older: OlderVersion | undefined): Promise<void> {
  await cp(path.join(here, 'peers/kitex'), folder, { recursive: true });
  await cp(path.join(here, 'peers/go-cases'), path.join(folder, 'cases'), { recursive: true });
  const env = { ...GO, PATH: `${folder}/bin:${process.env.PATH}` };
  const go = (...args: string[]): Promise<string> => run(['go', ...args], { cwd: folder, env });
  if (older?.replacesPid) {
    await cp(path.join(here, 'peers/pid'), path.join(folder, 'pid'), { recursive: true });
  }
  if (older !== undefined) {
    await go('mod', 'edit', ...editsFor(older));
    // Older generators start the compiler as a separate program, and need the Apache package of its days.
    await go('build', '-o', 'bin/thriftgo', 'github.com/cloudwego/thriftgo');
  }
  await go('build', '-o', 'bin/kitex', 'github.com/cloudwego/kitex/tool/cmd/kitex');
  for (const name of IDL) {
    const idl = path.join(here, 'idl', `${name}.thrift`);
    await run(['bin/kitex', '-module', 'peer', '-gen-path', 'gen', idl], { cwd: folder, env });
  }
  await go('build', ...(older?.tags === undefined ? [] : ['-tags', older.tags]), '-o', 'peer', '.');
}

/** Newer versions of what does not compile with today's Go; nothing of it touches the wire. */
const NEWER = ['github.com/bytedance/sonic@v1.15.0', 'github.com/bytedance/sonic/loader@v0.5.0'];

function editsFor({ version, registryEtcd, replacesPid }: OlderVersion): string[] {
  const required = [
    `github.com/cloudwego/kitex@${version}`,
    `github.com/kitex-contrib/registry-etcd@${registryEtcd}`,
    ...NEWER,
  ];
  return [
    '-droprequire=github.com/bytedance/gopkg',
    '-replace=github.com/apache/thrift=github.com/apache/thrift@v0.13.0',
    ...(replacesPid ? ['-replace=github.com/choleraehyq/pid=./pid'] : []),
    ...required.map((module) => `-require=${module}`),
  ];
}

/** The newest Kitex. */
export const kitex = kitexPeer('Kitex (Go)', 'github.com/cloudwego/kitex v0.16.3');

/** Buffered by default, and a separate code generator; from before the changes of v0.12 and v0.13. */
export const kitex11 = kitexPeer('Kitex 0.11 (Go)', 'github.com/cloudwego/kitex v0.11.3', {
  version: 'v0.11.3',
  registryEtcd: 'v0.2.5',
});

/** The first minor version with several services on one port. */
export const kitex9 = kitexPeer('Kitex 0.9 (Go)', 'github.com/cloudwego/kitex v0.9.1', {
  version: 'v0.9.1',
  registryEtcd: 'v0.2.5',
  replacesPid: true,
  tags: 'kitex9',
  closesOnUnknownMethod: true,
});

/** The newest Kitex with streams. It makes calls of none of the cases; its scenarios are in `features/streams.ts`. */
export const kitexStreams: Peer = {
  name: 'Kitex (Go), streams',
  library: kitex.library,
  sources: ['kitex-streams'],
  needs: kitex.needs,
  transports: [],
  protocols: [],
  tls: false,
  multiplexed: false,
  exotic: false,
  async build(folder) {
    await cp(path.join(here, 'peers/kitex-streams'), folder, { recursive: true });
    const go = (...args: string[]): Promise<string> =>
      run(['go', ...args], { cwd: folder, env: GO });
    await go('build', '-o', 'bin/kitex', 'github.com/cloudwego/kitex/tool/cmd/kitex');
    const idl = path.join(here, 'idl/chat.thrift');
    const options = ['-streamx', '-module', 'peer', '-gen-path', 'gen', idl];
    await run(['bin/kitex', ...options], { cwd: folder, env: GO });
    await go('build', '-o', 'peer', '.');
  },
  command: (folder) => [path.join(folder, 'peer')],
};
