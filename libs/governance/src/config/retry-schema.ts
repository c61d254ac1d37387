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
      max_retry_times: integer({ max: maxRetries }),
      max_duration_ms: milliseconds(),
      disable_chain_stop: flag(),
      ddl_stop: flag(),
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
      cfg_items: required(
        group({ min_ms: required(milliseconds()), max_ms: required(milliseconds()) }),
      ),
    },
    exponential: {
      cfg_items: required(
        group({
          initial_ms: required(milliseconds()),
          max_ms: required(milliseconds()),
          multiplier: number({ min: 1 }),
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
  backoff_policy: orNull(BACKOFF),
  retry_same_node: flag(),
  /** Kitex hands it to predicates written in Go; it has no meaning here. */
  extra: text({ default: '' }),
};

const RETRY_TABLE = {
  enable: required(flag()),
  type: withDefault(
    option<0 | 1 | 2>(
      '0 (failure), 1 (backup) or 2 (mixed)',
      (value) => value === 0 || value === 1 || value === 2,
    ),
    0,
  ),
  idempotent: flag(),
  failure_policy: orNull(group({ stop_policy: stopPolicy(5), ...FAILURE_TABLE })),
  backup_policy: orNull(
    group({
      retry_delay_ms: required(milliseconds({ min: 1 })),
      stop_policy: stopPolicy(2),
      retry_same_node: flag(),
    }),
  ),
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
