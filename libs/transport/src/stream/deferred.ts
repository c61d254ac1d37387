/** A promise that is settled from outside. Its rejection is not unhandled: its consumer may never ask. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  declare resolve: (value: T) => void;
  declare reject: (error: unknown) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.promise.catch(() => undefined);
  }
}
