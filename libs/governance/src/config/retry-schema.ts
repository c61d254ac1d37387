import { z } from 'zod';
import { milliseconds, optional, strictObject } from '../support/schema-parts.js';

/** Kitex: retry.StopPolicy. `ddl_stop` is accepted and always in force. */
function stopPolicy(mostRetries: number) {
  return strictObject({
    max_retry_times: z.int().min(0).max(mostRetries).optional(),
    max_duration_ms: milliseconds(0).optional(),
    disable_chain_stop: z.boolean().optional(),
    ddl_stop: z.boolean().optional(),
    cb_policy: optional(strictObject({ error_rate: z.number().gt(0).max(0.3).optional() })),
  });
}

/** Kitex: retry.BackOffPolicy; `exponential` is ours. */
const backoffPolicy = z.discriminatedUnion(
  'backoff_type',
  [
    strictObject({
      backoff_type: z.literal('none'),
      cfg_items: optional(z.record(z.string(), z.number())),
    }),
    strictObject({
      backoff_type: z.literal('fixed'),
      cfg_items: strictObject({ fix_ms: milliseconds(0) }),
    }),
    strictObject({
      backoff_type: z.literal('random'),
      cfg_items: strictObject({ min_ms: milliseconds(0), max_ms: milliseconds(0) }),
    }),
    strictObject({
      backoff_type: z.literal('exponential'),
      cfg_items: strictObject({
        initial_ms: milliseconds(0),
        max_ms: milliseconds(0),
        multiplier: z.number().min(1).optional(),
        jitter: z.number().min(0).max(1).optional(),
      }),
    }),
  ],
  { error: 'expected one of "none", "fixed", "random", "exponential"' },
);

const failureShape = {
  backoff_policy: optional(backoffPolicy),
  retry_same_node: z.boolean().optional(),
  /** Kitex hands it to predicates written in Go; it has no meaning here. */
  extra: z.string().optional(),
};

/**
 * Kitex: retry.Policy, with `idempotent` of our own, which Kitex ignores: without it a method is what its IDL says.
 */
export const retrySchema = strictObject({
  enable: z.boolean(),
  type: z.literal([0, 1, 2], { error: 'expected 0 (failure), 1 (backup) or 2 (mixed)' }).default(0),
  idempotent: z.boolean().optional(),
  failure_policy: optional(strictObject({ stop_policy: optional(stopPolicy(5)), ...failureShape })),
  backup_policy: optional(
    strictObject({
      retry_delay_ms: milliseconds(1),
      stop_policy: optional(stopPolicy(2)),
      retry_same_node: z.boolean().optional(),
    }),
  ),
  mixed_policy: optional(
    strictObject({
      retry_delay_ms: milliseconds(1),
      stop_policy: optional(stopPolicy(3)),
      ...failureShape,
    }),
  ),
}).superRefine((policy, context) => {
  const wanted = POLICY_OF_TYPE[policy.type];
  if (policy.enable && wanted !== 'failure_policy' && policy[wanted] === undefined) {
    context.addIssue({
      code: 'custom',
      path: [wanted],
      message: `required for type ${policy.type}`,
    });
  }
  for (const name of ['failure_policy', 'mixed_policy'] as const) {
    const backoff = policy[name]?.backoff_policy;
    if (backoff?.backoff_type === 'random' && backoff.cfg_items.max_ms < backoff.cfg_items.min_ms) {
      const path = [name, 'backoff_policy', 'cfg_items', 'max_ms'];
      context.addIssue({ code: 'custom', path, message: 'must not be less than min_ms' });
    }
    if (
      backoff?.backoff_type === 'exponential' &&
      backoff.cfg_items.max_ms < backoff.cfg_items.initial_ms
    ) {
      const path = [name, 'backoff_policy', 'cfg_items', 'max_ms'];
      context.addIssue({ code: 'custom', path, message: 'must not be less than initial_ms' });
    }
  }
});

const POLICY_OF_TYPE = { 0: 'failure_policy', 1: 'backup_policy', 2: 'mixed_policy' } as const;

/** A retry policy as Kitex's configuration writes it. */
export type RetryConfig = z.output<typeof retrySchema>;
