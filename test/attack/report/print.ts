import type { Result } from '../arena/fight.js';

const NAME_WIDTH = 30;

/** Writes the row of an attack. */
export function printResult(result: Result): void {
  const { name, kind, passed, neighbour, outcome, firstOutcome } = result;
  const calls = `${neighbour.succeeded}/${neighbour.failed}`;
  const figures = [
    calls.padStart(9),
    `${megabytes(result.peakMb)} MB`.padStart(8),
    `${milliseconds(result.stallMs)} ms`.padStart(8),
    `${(result.durationMs / 1000).toFixed(1)} s`.padStart(7),
  ];
  const head = `${passed ? 'ok  ' : 'FAIL'}  ${kind.padEnd(3)} ${name.padEnd(NAME_WIDTH)}`;
  console.log(`${head} ${figures.join(' ')}  ${outcome}`);
  if (passed && firstOutcome !== undefined) {
    console.log(`again ${name}: ${firstOutcome}`);
  }
}

/** Writes what the columns are, then how many attacks did not hold. */
export function printSummary(results: readonly Result[]): void {
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(
    '\ncolumns: kind, attack, calls of the neighbour that succeeded/failed, growth of memory at its highest, longest stall of the event loop, time',
  );
  console.log(`${results.length - failed} passed, ${failed} failed`);
}

/** Whole megabytes. */
export function megabytes(value: number): string {
  return String(Math.round(value));
}

/** Whole milliseconds. */
export function milliseconds(value: number | undefined): string {
  return value === undefined ? '–' : String(Math.round(value));
}
