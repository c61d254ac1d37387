const cleanups: (() => unknown)[] = [];

/** Registers an action for the end of the running test, also of one that fails; the last action runs first. */
export function cleanUp(action: () => unknown): void {
  cleanups.push(action);
}

afterEach(async () => {
  for (const action of cleanups.splice(0).reverse()) {
    await action();
  }
});
