import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { MethodHandler } from '@nestjs-thrift/transport';
import { differs, normal } from './values.js';

/** Map keys that are structs and containers. */
export const EXOTIC: FieldValues = {
  byStruct: new Map([
    [{ row: 1, column: 2 }, 'a'],
    [{ row: -1, column: 0 }, 'b'],
  ]),
  byList: new Map<number[], string>([
    [[1, 2], 'a'],
    [[], 'b'],
  ]),
  bySet: new Map([
    [[1, 2], 'a'],
    [[3], 'b'],
  ]),
  paths: [['a', 'b'], ['c']],
  places: [
    { row: 5, column: 6 },
    { row: 7, column: 8 },
  ],
};

/** Tells how a received value differs; empty if it does not. */
export function exoticDifference(received: unknown): string {
  return differs(normal(EXOTIC), normal(received));
}

/** Serves Exotic. */
export const exoticHandlers: Readonly<Record<string, MethodHandler>> = {
  checkExotic: ({ value }) => exoticDifference(value),
  produceExotic: () => EXOTIC,
};
