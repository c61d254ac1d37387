import { caseResults } from './support/case-results.js';

const results = await caseResults();

describe.each([...new Set(results.map(({ table }) => table))])(
  'functions of the application that fail: %s',
  (table) => {
    it.each(results.filter((result) => result.table === table))('$name', ({ failure, escaped }) => {
      expect(failure).toBeUndefined();
      expect(escaped).toEqual([]);
    });
  },
);
