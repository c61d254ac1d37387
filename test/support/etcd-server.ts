import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.js';

/** Whether the program `etcd` is there (Debian: etcd-server). */
export const etcdIsInstalled = spawnSync('etcd', ['--version']).status === 0;

/** What etcd logs once it is a cluster and replies. */
const SERVES = /published local member to cluster/;

/** A real etcd on free ports with its data in a separate folder. */
export class EtcdServer {
  /** `host:port`. */
  readonly address: string;
  readonly #peerUrl: string;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(address: string, peerUrl: string, folder: string) {
    this.address = address;
    this.#peerUrl = peerUrl;
    this.#folder = folder;
  }

  get url(): string {
    return `http://${this.address}`;
  }

  static async start(): Promise<EtcdServer> {
    const folder = await mkdtemp(join(tmpdir(), 'etcd-'));
    const address = `127.0.0.1:${await freePort()}`;
    const server = new EtcdServer(address, `http://127.0.0.1:${await freePort()}`, folder);
    await server.up();
    return server;
  }

  /** Starts it again at the same address, after {@link EtcdServer.down}. */
  async up(): Promise<void> {
    const child = spawn(
      'etcd',
      [
        `--data-dir=${this.#data}`,
        '--name=test',
        `--listen-client-urls=${this.url}`,
        `--advertise-client-urls=${this.url}`,
        `--listen-peer-urls=${this.#peerUrl}`,
        `--initial-advertise-peer-urls=${this.#peerUrl}`,
        `--initial-cluster=test=${this.#peerUrl}`,
        '--logger=zap',
        // Short elections allow short leases.
        '--heartbeat-interval=20',
        '--election-timeout=200',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#process = child;
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
  }

  /** Ends it as a machine that fails; its data stays. */
  async down(): Promise<void> {
    const child = this.#process;
    if (child === undefined) {
      return;
    }
    this.#process = undefined;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  }

  /** Keeps the data of now as a backup, while it is down. */
  async backUp(): Promise<void> {
    await cp(this.#data, this.#backup, { recursive: true });
  }

  /** Replaces the data by the backup, while it is down. */
  async restore(): Promise<void> {
    await rm(this.#data, { recursive: true });
    await cp(this.#backup, this.#data, { recursive: true });
  }

  async stop(): Promise<void> {
    await this.down();
    await rm(this.#folder, { recursive: true });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  get #backup(): string {
    return join(this.#folder, 'backup');
  }
}
