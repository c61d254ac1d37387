import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A checkout whose packages are measured. Of its benchmark three modules are used: the codecs, the peers and the start of a process.
 * They are compiled together with the packages they import, so names and folders of those may differ between
 * builds; what loads and measures them is the code of the checkout that compares.
 */
export class Build {
  readonly #root: string;
  /** Where modules of the benchmark are; what is to find the packages of the build must lie below. */
  readonly dist: string;

  /** @param root of the repository, absolute. */
  constructor(root: string) {
    this.#root = root;
    this.dist = `${root}/bench/dist`;
  }

  /** The command line, whose `gen` writes code for the packages of this build. */
  get cli(): string {
    return `${this.#root}/libs/cli/bin/nestjs-thrift.js`;
  }

  /** URL of a module of the benchmark, for example `rpc/peers/index.js`. */
  moduleUrl(path: string): string {
    return pathToFileURL(`${this.dist}/src/${path}`).href;
  }

  /** Names of the stacks that the build can measure; loads none of them. */
  async peerNames(): Promise<readonly string[]> {
    const peers = (await import(this.moduleUrl('rpc/peers/index.js'))) as { PEERS: object };
    return Object.keys(peers.PEERS);
  }

  /**
   * Compiles the benchmark of the build, as `npm run bench` does there; the packages must be built.
   *
   * @throws Error if the folder is not a built checkout, or does not compile.
   */
  async compile(): Promise<void> {
    const cwd = `${this.#root}/bench`;
    for (const file of [`${cwd}/scripts/generate.mjs`, `${this.#root}/libs/codec/dist/index.js`]) {
      if (!existsSync(file)) {
        throw new Error(
          `${this.#root} is not a built checkout of this repository: ${file} is missing; run "npm install && npm run build" there`,
        );
      }
    }
    try {
      const tsc = createRequire(`${cwd}/package.json`).resolve('typescript/bin/tsc');
      await run(process.execPath, ['scripts/generate.mjs'], { cwd });
      await run(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      const reason = `${stdout}${stderr}`.trim() || (error as Error).message;
      throw new Error(`cannot compile ${cwd}; does "npm run build" pass there?\n${reason}`, {
        cause: error,
      });
    }
  }
}

/** The checkout this code was compiled in. */
export const THIS_BUILD = new Build(
  fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, ''),
);
