/** What a process holds when it has nothing to do. */
export interface Sample {
  /** Heap in use after a collection, in bytes. */
  readonly heapBytes: number;
  /** Memory of buffers, in bytes. */
  readonly bufferBytes: number;
  /** What keeps the process alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

/** Collects garbage and looks; needs `--expose-gc`. */
export async function takeSample(): Promise<Sample> {
  if (globalThis.gc === undefined) {
    throw new Error('a sample needs node --expose-gc');
  }
  // What a collection frees may hold more; what sockets hold goes with the turn of the event loop.
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    resources[kind] = (resources[kind] ?? 0) + 1;
  }
  return { heapBytes: heapUsed, bufferBytes: arrayBuffers, resources };
}
