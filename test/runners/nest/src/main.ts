import { deepStrictEqual } from 'node:assert/strict';
import { callStock, EXPECTED } from './call-stock.js';

callStock()
  .then((results) => {
    deepStrictEqual(results, EXPECTED);
    console.log('all calls were answered');
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
