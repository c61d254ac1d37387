const cleanups: (() => unknown)[] = [];

/** Runs when the test is over, the last one registered first. */
export function cleanUp(action: () => unknown): void {
  cleanups.push(action);
}

afterEach(async () => {
  for (const action of cleanups.splice(0).reverse()) await action();
});
