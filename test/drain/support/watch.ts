import type { ServerStream } from '@nestjs-thrift/microservice';
import type { Tick, WatchRequest, WorkClient } from './work.js';

/** How a stream ended. */
export interface StreamEnd {
  /** The instance that sent its trailer or, where none came, its last message. */
  readonly instance: string;
  /** `end`, or its error. */
  readonly by: string;
}

/** Keeps a stream open: whenever one ends, the next one is opened. */
export class Watch {
  readonly ends: StreamEnd[] = [];
  readonly #seen = new Set<string>();
  readonly #waiting = new Set<() => void>();
  readonly #loop: Promise<void>;
  #stream: ServerStream<Tick> | undefined;
  #stopped = false;

  readonly #client: WorkClient;

  constructor(
    client: WorkClient,
    readonly request: WatchRequest,
  ) {
    this.#client = client;
    this.#loop = this.#run();
  }

  /** Resolves when the instance has sent a message. */
  async sees(instance: string): Promise<void> {
    while (!this.#seen.has(instance)) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stream?.cancel();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const stream = this.#client.Watch(this.request);
      this.#stream = stream;
      let instance = '';
      let by = 'end';
      try {
        for await (const tick of stream) {
          ({ instance } = tick);
          this.#seen.add(instance);
          this.#waiting.forEach((resume) => resume());
          this.#waiting.clear();
        }
      } catch (error) {
        const { name, message } = error as Error;
        by = `${name}: ${message}`;
      }
      if (!this.#stopped) {
        const trailers = await stream.trailers.catch(() => undefined);
        this.ends.push({ instance: trailers?.get('instance') ?? `${instance} (no trailer)`, by });
      }
    }
  }
}
