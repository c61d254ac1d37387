import { ThriftClient, type ThriftClientOptions } from '@nestjs-thrift/microservice';
import { Work, type WorkClient } from './work.js';

const CALLS_AT_ONCE = 3;
const LONGEST_CALL_MS = 40;

/** Calls Work without a pause until it is stopped, and remembers what came of it. Nothing is retried. */
export class Load {
  /** Answers by the instance that gave them. */
  readonly answers = new Map<string, number>();
  readonly failures: string[] = [];
  readonly #proxy: ThriftClient;
  readonly #client: WorkClient;
  readonly #loops: Promise<void>[];
  readonly #waiting = new Set<() => void>();
  #stopped = false;
  #calls = 0;

  constructor(options: Omit<ThriftClientOptions, 'services'>) {
    this.#proxy = new ThriftClient({
      ...options,
      services: [Work],
      // Long, so that a slow machine does not look like a lost call.
      connectTimeoutMs: 10_000,
      attemptTimeoutMs: 20_000,
    });
    this.#client = this.#proxy.getService(Work);
    this.#loops = Array.from({ length: CALLS_AT_ONCE }, () => this.#run());
  }

  /** Resolves when the instance has answered this client. */
  async answeredBy(instance: string): Promise<void> {
    while (!this.answers.has(instance)) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
    await this.#proxy.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const text = String(++this.#calls);
      try {
        const answer = await this.#client.Do(text, this.#calls % LONGEST_CALL_MS);
        const [instance = '', echoed] = answer.split(' ');
        if (echoed !== text) {
          throw new Error(`got the answer to ${echoed} for ${text}`);
        }
        this.answers.set(instance, (this.answers.get(instance) ?? 0) + 1);
      } catch (error) {
        const { name, message } = error as Error;
        this.failures.push(`${name}: ${message}`);
        // A server that is gone would be called as fast as the loop can turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const resume of this.#waiting) {
        resume();
      }
      this.#waiting.clear();
    }
  }
}
