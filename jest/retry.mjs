import { jest } from '@jest/globals';

// A shared machine can stall for longer than a test waits. In continuous integration a test that failed runs a second time, and
// scripts/steps.sh lists it as unstable. Elsewhere a failure is final.
if (process.env.CI === 'true') {
  jest.retryTimes(1, { logErrorsBeforeRetry: true });
}
