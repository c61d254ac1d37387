import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.js';

/** Whether the program `etcd` is there (Debian: etcd-server). */
export const etcdIsInstalled = spawnSync('etcd', ['--version']).status === 0;

/** What etcd logs once it is a cluster of its own and answers. */
const SERVES = /published local member to cluster/;

/** A real etcd on free ports with its data in a folder of its own. */
export class EtcdServer {
  /** `host:port`. */
  readonly address: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(address: string, child: ChildProcess, folder: string) {
    this.address = address;
    this.#process = child;
    this.#folder = folder;
  }

  get url(): string {
    return `http://${this.address}`;
  }

  static async start(): Promise<EtcdServer> {
    const folder = await mkdtemp(join(tmpdir(), 'etcd-'));
    const address = `127.0.0.1:${await freePort()}`;
    const url = `http://${address}`;
    const peerUrl = `http://127.0.0.1:${await freePort()}`;
    const child = spawn(
      'etcd',
      [
        `--data-dir=${folder}`,
        '--name=test',
        `--listen-client-urls=${url}`,
        `--advertise-client-urls=${url}`,
        `--listen-peer-urls=${peerUrl}`,
        `--initial-advertise-peer-urls=${peerUrl}`,
        `--initial-cluster=test=${peerUrl}`,
        '--logger=zap',
        // Short elections allow short leases.
        '--heartbeat-interval=20',
        '--election-timeout=200',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await new Promise<void>((started, failed) => {
      let log = '';
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        if (SERVES.test(log)) {
          started();
        }
      });
      child.once('exit', () => failed(new Error(`etcd ended: ${log.slice(-2_000)}`)));
    });
    return new EtcdServer(address, child, folder);
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.#process.once('exit', done));
    this.#process.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}
