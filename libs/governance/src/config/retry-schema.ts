import {
  flag,
  group,
  integer,
  milliseconds,
  number,
  option,
  orNull,
  recordOf,
  refined,
  required,
  type Resolved,
  text,
  variants,
  withDefault,
} from '@nestjs-thrift/transport/internal';

/** Kitex: retry.StopPolicy. `ddl_stop` is accepted and always in force. */
function stopPolicy(maxRetries: number) {
  return orNull(
    group({
      /** Attempts after the first one. */
      max_retry_times: integer({ max: maxRetries }),
      /** Time for all attempts, in milliseconds; 0 for no limit. */
      max_duration_ms: milliseconds(),
      /** Retries also a call that is made for a request that is itself a retry. */
      disable_chain_stop: flag(),
      /** Accepted and always in force: nothing is retried after the deadline. */
      ddl_stop: flag(),
      /** Stops retries while many calls are retried. */
      cb_policy: orNull(group({ error_rate: number({ above: 0, max: 0.3 }) })),
    }),
  );
}

/** Kitex: retry.BackOffPolicy; `exponential` is ours. */
const BACKOFF = refined(
  variants('backoff_type', {
    none: { cfg_items: orNull(recordOf(number())) },
    fixed: { cfg_items: required(group({ fix_ms: required(milliseconds()) })) },
    random: {
      /** Times of the backoff. */
      cfg_items: required(
        group({ min_ms: required(milliseconds()), max_ms: required(milliseconds()) }),
      ),
    },
    exponential: {
      cfg_items: required(
        group({
          /** The first wait, in milliseconds. */
          initial_ms: required(milliseconds()),
          /** The longest wait, in milliseconds. */
          max_ms: required(milliseconds()),
          multiplier: number({ min: 1 }),
          /** Random share of each wait. */
          jitter: number({ min: 0, max: 1 }),
        }),
      ),
    },
  }),
  (backoff, report) => {
    if (backoff.backoff_type === 'random' && backoff.cfg_items.max_ms < backoff.cfg_items.min_ms) {
      report('cfg_items.max_ms', 'must not be less than min_ms');
    }
    if (
      backoff.backoff_type === 'exponential' &&
      backoff.cfg_items.max_ms < backoff.cfg_items.initial_ms
    ) {
      report('cfg_items.max_ms', 'must not be less than initial_ms');
    }
  },
);

const FAILURE_TABLE = {
  /** The wait before each retry. */
  backoff_policy: orNull(BACKOFF),
  /** Retries on the same instance. Otherwise another one is taken where there is one. */
  retry_same_node: flag(),
  /** Kitex hands it to predicates written in Go; it has no meaning here. */
  extra: text({ default: '' }),
};

const RETRY_TABLE = {
  /** Whether the policy is in force. */
  enable: required(flag()),
  type: withDefault(
    option<0 | 1 | 2>(
      '0 (failure), 1 (backup) or 2 (mixed)',
      (value) => value === 0 || value === 1 || value === 2,
      undefined,
      { enum: [0, 1, 2] },
    ),
    0,
  ),
  /** Whether the method may run twice; without it the annotation in the IDL decides. Kitex ignores it. */
  idempotent: flag(),
  /** Of type 0: another attempt after a failure. */
  failure_policy: orNull(group({ stop_policy: stopPolicy(5), ...FAILURE_TABLE })),
  /** Of type 1: another attempt while the first one is slow. */
  backup_policy: orNull(
    group({
      /** Wait before a backup request, in milliseconds. */
      retry_delay_ms: required(milliseconds({ min: 1 })),
      /** When retries stop. */
      stop_policy: stopPolicy(2),
      retry_same_node: flag(),
    }),
  ),
  /** Of type 2: both. */
  mixed_policy: orNull(
    group({
      retry_delay_ms: required(milliseconds({ min: 1 })),
      stop_policy: stopPolicy(3),
      ...FAILURE_TABLE,
    }),
  ),
};

const POLICY_OF_TYPE = { 0: 'failure_policy', 1: 'backup_policy', 2: 'mixed_policy' } as const;

/**
 * Kitex: retry.Policy, with `idempotent` of our own, which Kitex ignores: without it a method is what its IDL says.
 */
export const RETRY = refined(group(RETRY_TABLE), (policy, report) => {
  const name = POLICY_OF_TYPE[policy.type];
  if (policy.enable && name !== 'failure_policy' && policy[name] === undefined) {
    report(name, `is missing; type ${policy.type} needs it`);
  }
});

/** A retry policy as Kitex's configuration writes it. */
export interface RetryConfig extends Resolved<typeof RETRY_TABLE> {}
