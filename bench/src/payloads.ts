/** The size of a message, as every part of the benchmark names it. */
export type PayloadName = 'small' | 'medium' | 'large';

export const PAYLOADS: readonly PayloadName[] = ['small', 'medium', 'large'];

/** A counter with the 64-bit value as the measured library needs it. */
export function small<I>(i64: (value: bigint) => I): { value: I } {
  return { value: i64(1_234_567_890_123n) };
}

/** A user of about 280 bytes in Binary. */
export function medium<I>(i64: (value: bigint) => I, index = 0) {
  return {
    id: i64(1_000_000_000_000n + BigInt(index)),
    name: `Ada Lovelace ${index}`,
    email: `ada.lovelace.${index}@example.com`,
    age: 36,
    active: true,
    score: 99.5 + index,
    tags: ['mathematics', 'engines', 'notes'],
    attributes: {
      country: 'England',
      language: 'en-GB',
      timezone: 'Europe/London',
      company: 'Analytical Engines Ltd',
    },
  };
}

/** A hundred users, about 28 kB. */
export function large<I>(i64: (value: bigint) => I) {
  return { users: Array.from({ length: 100 }, (_, index) => medium(i64, index)) };
}
