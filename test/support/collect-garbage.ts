import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Collects what nothing refers to any more. */
export const collectGarbage = runInNewContext('gc') as () => void;

/** Memory of all buffers, in bytes. A thread frees those that were collected, for which the second collection waits. */
export function bufferBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}
