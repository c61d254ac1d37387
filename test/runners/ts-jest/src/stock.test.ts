import { callStock, EXPECTED } from './call-stock.js';

describe('StockService', () => {
  it('answers over a socket', async () => {
    expect(await callStock()).toEqual(EXPECTED);
  });
});
