import { setTimeout as wait } from 'node:timers/promises';
import type { Instance, InstanceListener, Resolver } from '@nestjs-thrift/governance';
import { toInstance } from '@nestjs-thrift/governance/internal';
import { ChildApp, type Exit } from '#test/child-app.js';
import { type Answers, ask } from './probes.js';

/** How long probes wait between two rounds; an orchestrator's take seconds. */
const PROBE_INTERVAL_MS = 25;

/** An instance of Work and what its probes have said. */
export interface Member {
  readonly name: string;
  readonly address: string;
  readonly app: ChildApp;
  /** What its admin port said at each change, from the start to its end. */
  readonly answers: Answers[];
  /** Resolves when its admin port is closed. */
  readonly silent: Promise<void>;
}

/** Instances of Work, and discovery as an orchestrator does it: an instance is called while it is ready. */
export class Fleet {
  readonly #env: Readonly<Record<string, string>>;

  readonly resolver: Resolver = {
    name: 'fleet',
    watch: (_service, listener) => {
      this.#listeners.add(listener);
      this.#tell(listener);
      return { close: () => this.#listeners.delete(listener) };
    },
  };
  readonly #members: Member[] = [];
  readonly #ready = new Map<Member, Instance>();
  readonly #listeners = new Set<InstanceListener>();

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  /** Starts an instance; it is ready and known to discovery when this resolves. */
  async start(name: string, kind: string): Promise<Member> {
    const app = new ChildApp('test/drain/support/instance.main.ts', {
      ...this.#env,
      INSTANCE: name,
      KIND: kind,
    });
    const { message } = await app.message('serves ');
    const admin = `http://127.0.0.1:${await app.port('probes and metrics on port ')}`;
    const member: Member = {
      name,
      app,
      address: message.slice('serves '.length),
      answers: [],
      silent: Promise.resolve(),
    };
    this.#members.push(member);
    await this.#probe(member, admin);
    return Object.assign(member, { silent: this.#watch(member, admin) });
  }

  /** Ends what is left of it. */
  async close(): Promise<void> {
    for (const { app, silent } of this.#members) {
      await app.kill();
      await silent;
    }
  }

  async #watch(member: Member, admin: string): Promise<void> {
    do {
      await wait(PROBE_INTERVAL_MS);
    } while (await this.#probe(member, admin));
  }

  async #probe(member: Member, admin: string): Promise<boolean> {
    const answers = await ask(admin);
    if (answers?.ready === 200) {
      this.#add(member);
    } else {
      this.#remove(member);
    }
    if (answers === undefined) {
      return false;
    }
    const last = member.answers.at(-1);
    if (JSON.stringify(answers) !== JSON.stringify(last)) {
      member.answers.push(answers);
    }
    return true;
  }

  #add(member: Member): void {
    if (this.#ready.has(member)) {
      return;
    }
    this.#ready.set(member, toInstance(member.address));
    this.#listeners.forEach((listener) => this.#tell(listener));
  }

  #remove(member: Member): void {
    if (this.#ready.delete(member)) {
      this.#listeners.forEach((listener) => this.#tell(listener));
    }
  }

  #tell(listener: InstanceListener): void {
    if (this.#ready.size > 0) {
      listener.update([...this.#ready.values()]);
    }
  }
}

/** Fails if a process has not ended within its bound. */
export async function endsWithin(boundMs: number, exited: Promise<Exit>): Promise<Exit> {
  const timeout = new AbortController();
  const late = wait(boundMs, undefined, { signal: timeout.signal }).then(() => {
    throw new Error(`the process did not end within ${boundMs} ms`);
  });
  try {
    return await Promise.race([exited, late]);
  } finally {
    timeout.abort();
  }
}
