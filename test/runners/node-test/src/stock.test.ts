import { deepStrictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { callStock, EXPECTED } from './call-stock.js';

it('answers over a socket', async () => {
  deepStrictEqual(await callStock(), EXPECTED);
});
