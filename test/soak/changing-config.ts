import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GovernanceFile } from '@nestjs-thrift/governance';

const balancers = ['weighted_round_robin', 'least_in_flight', 'weighted_random'];

/** A policy file that is rewritten all the time, sometimes with invalid content. */
export class ChangingConfig {
  readonly #folder: string;

  /** Good and bad files that were taken note of. */
  applied = 0;
  refused = 0;
  #version = 0;

  private constructor(
    folder: string,
    readonly file: GovernanceFile,
  ) {
    this.#folder = folder;

    file.onChange(() => this.applied++);
    file.onRejected(() => this.refused++);
  }

  static async create(): Promise<ChangingConfig> {
    const folder = await mkdtemp(join(tmpdir(), 'thrift-soak-'));
    const path = join(folder, 'governance.json');
    await writeFile(path, textOf(0));
    return new ChangingConfig(folder, await GovernanceFile.open(path));
  }

  async change(): Promise<void> {
    this.#version++;
    const isBad = this.#version % 4 === 0;
    await writeFile(
      join(this.#folder, 'governance.json'),
      isBad ? '{ "serv' : textOf(this.#version),
    );
  }

  async close(): Promise<void> {
    await this.file.close();
    await rm(this.#folder, { recursive: true });
  }
}

function textOf(version: number): string {
  const methods = { '*': { timeout: { rpc_timeout_ms: 30_000 + version } } };
  const load_balance = { type: balancers[version % balancers.length] };
  return JSON.stringify({ services: { Soak: { methods, load_balance } } });
}
