import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

/** Runs tasks, at most `limit` at once. */
export async function inParallel<Item>(
  limit: number,
  items: readonly Item[],
  task: (item: Item) => Promise<unknown>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await task(item);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

/**
 * Runs a command to its end.
 *
 * @returns what it printed.
 * @throws an error with the command and what it printed, if it fails.
 */
export async function runQuietly(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with ${code}\n${output}`);
  }
  return output;
}
