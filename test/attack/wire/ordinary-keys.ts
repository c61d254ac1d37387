// Keys as they come by chance, the same in every run.

const MULTIPLIER = 6_364_136_223_846_793_005n;
const INCREMENT = 1_442_695_040_888_963_407n;

/** Different integers of 32 bits. */
export function ordinaryInts(count: number): number[] {
  return [...distinct(count, (bits) => Number(BigInt.asIntN(32, bits >> 32n)))];
}

/** Different positive integers of 64 bits. */
export function ordinaryLongs(count: number): bigint[] {
  return [...distinct(count, (bits) => bits >> 1n)];
}

/** Different doubles, none of them an integer. */
export function ordinaryDoubles(count: number): number[] {
  return [...distinct(count, (bits) => Number(bits >> 11n) / 1_000_003)];
}

/** Takes values from a linear congruential generator (Knuth's MMIX). */
function distinct<Value>(count: number, valueOf: (bits: bigint) => Value): Set<Value> {
  const values = new Set<Value>();
  let state = 1n;
  while (values.size < count) {
    state = BigInt.asUintN(64, state * MULTIPLIER + INCREMENT);
    values.add(valueOf(state));
  }
  return values;
}
