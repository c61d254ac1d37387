import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';

type Details = Readonly<Record<string, unknown>>;

/**
 * The result of an indicator that still serves, but is impaired: `degraded` in Terminus 12. Terminus 11 knows `up` and `down`
 * alone and drops any other status, so there it is `up` with `degraded: true` among its details.
 */
export function degraded<Key extends string>(
  health: HealthIndicatorService,
  key: Key,
  details: Details,
): HealthIndicatorResult<Key> {
  const check = health.check(key);
  // Not there in Terminus 11.
  return (check as Partial<typeof check>).degraded === undefined
    ? check.up({ ...details, degraded: true })
    : check.degraded(details);
}
