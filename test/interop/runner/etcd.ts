import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Etcd3 } from 'etcd3';
import { firstLine } from './commands.js';

/** A real etcd of its own. */
export interface RunningEtcd {
  /** `host:port`. */
  readonly url: string;
  readonly client: Etcd3;
  stop(): Promise<void>;
}

/** Starts etcd on free ports; `undefined` where it is not installed. */
export async function startEtcd(): Promise<RunningEtcd | undefined> {
  if ((await firstLine(['which', 'etcd'])) === undefined) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), 'interop-etcd-'));
  const [url, peerUrl] = [await freeAddress(), await freeAddress()];
  const child = spawn(
    'etcd',
    [
      `--data-dir=${folder}`,
      '--name=interop',
      `--listen-client-urls=http://${url}`,
      `--advertise-client-urls=http://${url}`,
      `--listen-peer-urls=http://${peerUrl}`,
      `--initial-advertise-peer-urls=http://${peerUrl}`,
      `--initial-cluster=interop=http://${peerUrl}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const client = new Etcd3({ hosts: `http://${url}`, dialTimeout: 1_000 });
  await untilReady(client);
  return {
    url,
    client,
    async stop() {
      client.close();
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(client: Etcd3): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answered = await client.get('ready').then(
      () => true,
      () => false,
    );
    if (answered) return;
    await delay(100);
  }
  throw new Error('etcd does not answer');
}

async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}
