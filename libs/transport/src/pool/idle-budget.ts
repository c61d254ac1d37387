/** Counts idle connections over all addresses of a client. Kitex: MaxIdleGlobal. */
export class IdleBudget {
  private used = 0;

  constructor(private readonly limit: number) {}

  /** Takes a place for an idle connection; `false` when there is none left. */
  take(): boolean {
    if (this.used >= this.limit) return false;
    this.used++;
    return true;
  }

  /** Gives a place back. */
  release(): void {
    this.used--;
  }
}
