import { existsSync } from 'node:fs';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TransportName } from '@nestjs-thrift/transport';
import { run, type Command } from './commands.js';
import { kitex, kitex11, kitex9, kitexStreams } from './kitex-peers.js';

const here = path.resolve(import.meta.dirname, '..');
const root = path.resolve(here, '../..');
const idl = (name: string): string => path.join(here, 'idl', `${name}.thrift`);
const source = (name: string): string => path.join(here, 'peers', name);

const GO = { env: { GOFLAGS: '-mod=mod -buildvcs=false' } };

/** A library on the other side, and how its program is built and started. */
export interface Peer {
  readonly name: string;
  /** What it is built from, with the pinned version. */
  readonly library: string;
  /** Folders with its sources. */
  readonly sources: readonly string[];
  /** Commands that must be there, with what brings them. */
  readonly needs: Readonly<Record<string, string>>;
  readonly transports: readonly TransportName[];
  readonly protocols: readonly ('binary' | 'compact')[];
  /** Whether it supports TLS, serves under multiplexed names, and has the service with exotic map keys. */
  readonly tls: boolean;
  readonly multiplexed: boolean;
  readonly exotic: boolean;
  /** Whether features of Kitex are tried with it. */
  readonly isKitex?: boolean;
  /** Whether its client leaves a connection whose server announces its end with a reply (`crrst`). */
  readonly leavesOnRequest?: boolean;
  /** Whether its server closes a connection on which it gets a method that it does not know, and replies nothing. */
  readonly closesOnUnknownMethod?: boolean;
  /** Whether its server can be limited to a number of threads. */
  readonly hasThreads?: boolean;
  /** Builds into a folder that exists and is empty. */
  build(folder: string): Promise<void>;
  command(folder: string): Command;
}

const APACHE = {
  transports: ['Buffered', 'Framed'],
  protocols: ['binary', 'compact'],
  tls: true,
  multiplexed: true,
  exotic: false,
} as const;

const APACHE_COMPILER = { thrift: 'Debian: thrift-compiler' };

async function generate(language: string, out: string, ...names: string[]): Promise<void> {
  await mkdir(out, { recursive: true });
  for (const name of names) {
    await run(['thrift', '-nowarn', '--gen', language, '-out', out, idl(name)]);
  }
}

/** The program of Kitex's generic HTTP, and its server of the same IDL. */
export const kitexGateway: Peer = {
  name: 'Kitex, generic HTTP (Go)',
  library: 'github.com/cloudwego/kitex v0.16.3',
  sources: ['kitex-gateway'],
  needs: { go: 'Go 1.25 or later' },
  transports: ['TTHeaderFramed'],
  protocols: ['binary'],
  tls: false,
  multiplexed: false,
  exotic: false,
  async build(folder) {
    await cp(source('kitex-gateway'), folder, { recursive: true });
    await run(['go', 'build', '-o', 'peer', '.'], { cwd: folder, ...GO });
  },
  command: (folder) => [path.join(folder, 'peer')],
};

const goApache: Peer = {
  ...APACHE,
  name: 'Apache Thrift, Go',
  library: 'github.com/apache/thrift v0.23.0',
  sources: ['go-apache', 'go-cases'],
  needs: { go: 'Go 1.25 or later', ...APACHE_COMPILER },
  async build(folder) {
    await cp(source('go-apache'), folder, { recursive: true });
    await cp(source('go-cases'), path.join(folder, 'cases'), { recursive: true });
    const gen = path.join(folder, 'gen');
    await generate('go:package_prefix=peer/gen/,skip_remote', gen, 'interop');
    await run(['go', 'build', '-o', 'peer', '.'], { cwd: folder, ...GO });
  },
  command: (folder) => [path.join(folder, 'peer')],
};

const java: Peer = {
  ...APACHE,
  name: 'Apache Thrift, Java',
  library: 'org.apache.thrift:libthrift 0.17.0',
  sources: ['java'],
  needs: { java: 'a JDK 17', mvn: 'Maven', ...APACHE_COMPILER },
  exotic: true,
  async build(folder) {
    await cp(source('java'), folder, { recursive: true });
    const sources = path.join(folder, 'src/main/java');
    await generate('java:generated_annotations=suppress', sources, 'interop', 'exotic');
    await run(['mvn', '-q', '-B', 'compile', 'dependency:copy-dependencies'], { cwd: folder });
  },
  command(folder) {
    const classes = path.join(folder, 'target/classes');
    const jars = path.join(folder, 'target/dependency/*');
    return ['java', '-XX:TieredStopAtLevel=1', '-cp', `${classes}:${jars}`, 'peer.Main'];
  },
};

const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

const python: Peer = {
  ...APACHE,
  name: 'Apache Thrift, Python',
  library: 'thrift 0.22.0 from PyPI',
  hasThreads: true,
  sources: ['python'],
  needs: { [PYTHON]: 'Python 3 with venv', ...APACHE_COMPILER },
  async build(folder) {
    await cp(source('python'), folder, { recursive: true });
    await generate('py', folder, 'interop');
    await run([PYTHON, '-m', 'venv', 'venv'], { cwd: folder });
    const install: Command = ['venv/bin/pip', 'install', '-q', '-r', 'requirements.txt'];
    await run(install, { cwd: folder });
  },
  command: (folder) => [path.join(folder, 'venv/bin/python'), path.join(folder, 'peer.py')],
};

const cpp: Peer = {
  ...APACHE,
  name: 'Apache Thrift, C++',
  library: "Debian's libthrift-dev 0.17.0",
  sources: ['cpp'],
  needs: { 'g++': 'Debian: g++, libthrift-dev, libboost-dev, libssl-dev', ...APACHE_COMPILER },
  exotic: true,
  async build(folder) {
    await cp(source('cpp'), folder, { recursive: true });
    await generate('cpp:no_skeleton', path.join(folder, 'gen'), 'interop', 'exotic');
    const libraries = '-lthrift -lssl -lcrypto -pthread';
    await run(['sh', '-c', `g++ -std=c++17 -o peer peer.cpp gen/*.cpp ${libraries}`], {
      cwd: folder,
    });
  },
  command: (folder) => [path.join(folder, 'peer')],
};

const node: Peer = {
  ...APACHE,
  name: 'Apache Thrift, Node',
  library: 'npm thrift 0.24.0',
  sources: ['node'],
  needs: APACHE_COMPILER,
  async build(folder) {
    await cp(source('node'), folder, { recursive: true });
    await generate('js:node,es6', path.join(folder, 'gen'), 'interop');
    await writeFile(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  },
  command: (folder) => [process.execPath, '--no-deprecation', path.join(folder, 'peer.cjs')],
};

/** Peers of every run. */
export const peers: readonly Peer[] = [
  kitex,
  kitex11,
  kitexGateway,
  kitexStreams,
  goApache,
  java,
  python,
  cpp,
  node,
];

/** Peers of long runs. */
export const olderPeers: readonly Peer[] = [kitex9];
