import * as common from '@nestjs/common';
import { NestApplicationContext } from '@nestjs/core';
import type { Exit } from './child-app.js';

/** Whether the tests run on Nest 12 or later; scripts/test-nest-versions.sh runs them on Nest 11 too. */
export const IS_NEST_12 = 'StandardSchemaValidationPipe' in common;

/** What Terminus makes of an indicator that is impaired: version 11 has no status for it. */
export const DEGRADED = IS_NEST_12 ? { status: 'degraded' } : { status: 'up', degraded: true };

/** For tests of what Nest 11 lacks. */
export const itOnNest12 = IS_NEST_12 ? it : it.skip;
export const describeOnNest12 = IS_NEST_12 ? describe : describe.skip;

/** For tests of the documentation of it. */
export const itOnNest11 = IS_NEST_12 ? it.skip : it;

/** How a process ends after SIGTERM: Nest before 11.1.10 ignores `useProcessExit`, and sends the signal to its own process again. */
export const EXIT_ON_SIGTERM: Exit = String(NestApplicationContext).includes('useProcessExit')
  ? { code: 0, signal: null }
  : { code: null, signal: 'SIGTERM' };
