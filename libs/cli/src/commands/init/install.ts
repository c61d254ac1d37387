import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';
import type { PackageManager } from './project.js';

/** How each package manager installs what package.json lists, also in a pipeline, where the lock file is read-only by default. */
const INSTALL: Readonly<Record<PackageManager, string>> = {
  npm: 'npm install --no-audit --no-fund',
  pnpm: 'pnpm install --no-frozen-lockfile',
  yarn: 'yarn install',
  bun: 'bun install',
};

/**
 * Installs the packages of the project. What the package manager prints goes to standard error.
 *
 * @throws CommandFailure if it cannot be started, or fails.
 */
export async function installPackages(manager: PackageManager, io: CommandIo): Promise<void> {
  const command = INSTALL[manager];
  io.stderr.write(`\n${command}\n`);
  // The commands of package managers are scripts on Windows, which a shell starts.
  const child = spawn(command, {
    cwd: io.cwd,
    shell: true,
    stdio: ['ignore', 2, 2],
    signal: io.signal,
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) {
    throw new CommandFailure(
      EXIT_CODES.NEGATIVE,
      `"${command}" failed with exit code ${code}: the files are written; install the packages, then continue with the next steps`,
    );
  }
}
