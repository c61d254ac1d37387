import { watch as watchFiles } from 'chokidar';

/** Editors save in several steps; this long after the last of them the files are whole. */
const SETTLE_MS = 50;

/**
 * Runs a task now, and again whenever a `.thrift` file below the folders changes, until the signal aborts. Runs never
 * overlap; a change during a run leads to another one.
 *
 * @throws what the task throws, and failures of the watcher itself, such as too many watched folders.
 */
export async function watch(
  folders: readonly string[],
  signal: AbortSignal,
  task: () => Promise<void>,
): Promise<void> {
  let pending = false;
  let failure: unknown;
  let settling: NodeJS.Timeout | undefined;
  let wake = (): void => undefined;
  const request = (): void => {
    pending = true;
    wake();
  };
  const watcher = watchFiles([...folders], {
    ignoreInitial: true,
    ignored: (path, stats) =>
      /[\\/](node_modules|\.git)$/.test(path) ||
      (stats?.isFile() === true && !path.endsWith('.thrift')),
  });
  // The first run waits for the watcher: what changed in between would go unnoticed.
  watcher.on('ready', request);
  watcher.on('all', () => {
    clearTimeout(settling);
    settling = setTimeout(request, SETTLE_MS);
  });
  watcher.on('error', (error) => {
    failure = error;
    wake();
  });
  const stop = (): void => wake();
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      if (failure !== undefined) {
        throw failure;
      }
      if (pending) {
        pending = false;
        await task();
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(settling);
    await watcher.close();
  }
}
