/** Outcome of one case in one combination. */
export interface Result {
  readonly peer: string;
  /** Who calls: the peer or this project. */
  readonly direction: 'peer calls us' | 'we call the peer' | 'both';
  readonly transport: string;
  readonly protocol: string;
  /** What is tried: `types and calls`, `TLS`, a feature of Kitex … */
  readonly feature: string;
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What all cases of one combination have in common. */
export type Combination = Omit<Result, 'name' | 'ok' | 'detail'>;

/** Collects results and prints those that failed. */
export class Results {
  readonly #failFast: boolean;
  readonly all: Result[] = [];

  /** @param failFast ends the process with the first case that fails. */
  constructor(failFast = false) {
    this.#failFast = failFast;
  }

  add(combination: Combination, name: string, detail: string): void {
    const result: Result = { ...combination, name, ok: detail === '', detail };
    this.all.push(result);
    if (!result.ok) {
      const { peer, direction, transport, protocol, feature } = combination;
      console.log(`FAIL  ${[peer, direction, transport, protocol, feature, name].join(' · ')}`);
      console.log(`      ${detail.slice(0, 600).replaceAll('\n', '\n      ')}`);
      if (this.#failFast) {
        process.exit(1);
      }
    }
  }

  /** Something went wrong between the cases. */
  addFault(peer: string, error: Error): void {
    const none = { transport: '—', protocol: '—', feature: 'run' };
    this.add({ peer, direction: 'both', ...none }, 'runs to its end', String(error.stack));
  }

  /** Runs one case: it passes unless it throws or returns what is wrong. */
  async attempt(
    combination: Combination,
    name: string,
    action: () => Promise<string | void> | string | void,
  ): Promise<void> {
    try {
      this.add(combination, name, (await action()) ?? '');
    } catch (error) {
      this.add(combination, name, error instanceof Error ? String(error.stack) : String(error));
    }
  }

  get failed(): number {
    return this.all.filter(({ ok }) => !ok).length;
  }

  get passed(): number {
    return this.all.length - this.failed;
  }
}
