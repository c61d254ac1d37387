/** What the admin port of an instance answered; `undefined` once the port is closed. */
export interface Answers {
  readonly health: number;
  readonly ready: number;
  readonly metrics: number;
}

/** Asks all three questions at once. */
export async function ask(admin: string): Promise<Answers | undefined> {
  try {
    const [health, ready, metrics] = await Promise.all(
      ['health', 'ready', 'metrics'].map(async (path) => (await fetch(`${admin}/${path}`)).status),
    );
    return { health: health!, ready: ready!, metrics: metrics! };
  } catch {
    return undefined;
  }
}
