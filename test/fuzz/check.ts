import type { FuzzTarget } from './fuzz-target.js';

/** Time an input may take, generous for shared machines: it is to find loops and squares, not slowness. */
const BASE_MS = 200;
const MS_PER_BYTE = 0.1;
/** Memory an input may take before it is collected. Targets decode an input several times over. */
const BASE_BYTES = 8 * 1024 * 1024;
const BYTES_PER_BYTE = 8192;
/** A machine that was busy once is not so each time. */
const ATTEMPTS = 4;

/** Uses an input once; throws what the target throws, or an Error that says which bound was broken. */
export async function check(target: FuzzTarget, input: Buffer): Promise<void> {
  let excess: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    excess = await excessOf(target, input);
    if (excess === undefined) {
      return;
    }
  }
  throw new Error(`${target.name} ${excess}`);
}

async function excessOf(target: FuzzTarget, input: Buffer): Promise<string | undefined> {
  const bytesBefore = memoryInUse();
  const startedAt = performance.now();
  await target.run(input);
  const tookMs = performance.now() - startedAt;
  const tookBytes = memoryInUse() - bytesBefore;
  if (tookMs > BASE_MS + MS_PER_BYTE * input.length) {
    return `took ${Math.round(tookMs)} ms for ${input.length} bytes`;
  }
  if (tookBytes > BASE_BYTES + BYTES_PER_BYTE * input.length) {
    return `took ${tookBytes} bytes of memory for ${input.length} bytes`;
  }
  return undefined;
}

function memoryInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
