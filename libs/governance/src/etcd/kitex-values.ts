/** An object as JSON has it. */
export type Json = Readonly<Record<string, unknown>>;
/** Says what was changed, and why. */
export type Warn = (path: string, message: string) => void;
type Reader = (value: unknown, warn: Warn) => unknown;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Longest time that a timer holds. */
const MAX_MS = 2 ** 31 - 1;

/**
 * Values of Kitex's configuration, as a config center holds them: written by people, or by Go, which writes the zero of every field that
 * was not set. Read as Kitex reads them: unknown keys do not count, nor does anything of a policy that is off; a number out of range is
 * brought into it, with a warning. What is still wrong afterwards, such as a text for a number, is for the strict check.
 */
export const KITEX_VALUES = {
  rpc_timeout: timeout,
  retry,
  circuit_break: circuitBreak,
  degradation,
} as const;

/** Kitex: limiter.LimiterConfig; a limit of 0 or less is none. */
export function limit(value: Json, warn: Warn): Json {
  return pick(value, warn, {
    connection_limit: countOf,
    qps_limit: (number, inner) => within(number, 0, Number.MAX_SAFE_INTEGER, inner),
    concurrency_limit: countOf,
    stream_limit: countOf,
    caller_stream_limit: countOf,
  });
}

function timeout(value: Json, warn: Warn): Json {
  return pick(value, warn, {
    rpc_timeout_ms: milliseconds,
    // The zero of Go is a time that was not set; no time to connect is of no use.
    conn_timeout_ms: (number, inner) => (number === 0 ? undefined : milliseconds(number, inner)),
    read_write_timeout_ms: milliseconds,
  });
}

function circuitBreak(value: Json, warn: Warn): Json {
  if (isOff(value)) {
    return { enable: false };
  }
  return pick(value, warn, {
    enable: same,
    err_rate: (number, inner) => orDefault(number, (rate) => rate > 0 && rate <= 1, 0.5, inner),
    min_sample: (number, inner) => orDefault(number, (count) => count >= 1, 200, inner),
  });
}

function degradation(value: Json, warn: Warn): Json {
  if (isOff(value)) {
    return { enable: false, percentage: 0 };
  }
  return pick(value, warn, {
    enable: same,
    percentage: (number, inner) => within(number, 0, 100, inner),
  });
}

function retry(value: Json, warn: Warn): Json {
  if (isOff(value)) {
    return { enable: false };
  }
  const type = value['type'] ?? 0;
  return pick(value, warn, {
    enable: same,
    type: same,
    idempotent: same,
    // Of the three policies only the one in force counts.
    ...(type === 0 && { failure_policy: (policy, inner) => failurePolicy(policy, 5, inner) }),
    ...(type === 1 && { backup_policy: backupPolicy }),
    ...(type === 2 && { mixed_policy: mixedPolicy }),
  });
}

function failurePolicy(value: unknown, maxRetries: number, warn: Warn): unknown {
  return pick(value, warn, {
    stop_policy: (policy, inner) => stopPolicy(policy, maxRetries, inner),
    backoff_policy: backoffPolicy,
    retry_same_node: same,
  });
}

function mixedPolicy(value: unknown, warn: Warn): unknown {
  const failure = failurePolicy(value, 3, warn);
  const delay = pick(value, warn, { retry_delay_ms: milliseconds });
  return isObject(failure) && isObject(delay) ? { ...failure, ...delay } : value;
}

function backupPolicy(value: unknown, warn: Warn): unknown {
  return pick(value, warn, {
    retry_delay_ms: milliseconds,
    stop_policy: (policy, inner) => stopPolicy(policy, 2, inner),
    retry_same_node: same,
  });
}

function stopPolicy(value: unknown, maxRetries: number, warn: Warn): unknown {
  return pick(value, warn, {
    max_retry_times: (number, inner) => integerWithin(number, 0, maxRetries, inner),
    max_duration_ms: milliseconds,
    disable_chain_stop: same,
    ddl_stop: same,
    cb_policy: (policy, outer) =>
      pick(policy, outer, {
        error_rate: (number, inner) =>
          orDefault(number, (rate) => rate > 0 && rate <= 0.3, 0.1, inner),
      }),
  });
}

function backoffPolicy(value: unknown, warn: Warn): unknown {
  const backoff = pick(value, warn, {
    backoff_type: same,
    cfg_items: (items, outer) =>
      pick(items, outer, {
        fix_ms: milliseconds,
        min_ms: milliseconds,
        max_ms: milliseconds,
        initial_ms: milliseconds,
        multiplier: same,
        jitter: same,
      }),
  });
  if (!isObject(backoff)) {
    return backoff;
  }
  const type = backoff['backoff_type'];
  // Go writes "" for a type that was not set, and the items of other types do not count.
  if (type === '' || type === undefined || type === 'none') {
    return { backoff_type: 'none' };
  }
  const items = backoff['cfg_items'];
  const names = ITEMS_OF_BACKOFF[type as keyof typeof ITEMS_OF_BACKOFF];
  if (names === undefined || !isObject(items)) {
    return backoff;
  }
  const kept = names.filter((name) => Object.hasOwn(items, name));
  return { ...backoff, cfg_items: Object.fromEntries(kept.map((name) => [name, items[name]])) };
}

const ITEMS_OF_BACKOFF = {
  fixed: ['fix_ms'],
  random: ['min_ms', 'max_ms'],
  exponential: ['initial_ms', 'max_ms', 'multiplier', 'jitter'],
} as const;

type Readers = Readonly<Record<string, Reader>>;

/** The members that have a reader, read; anything but an object as it is. */
function pick(value: Json, warn: Warn, readers: Readers): Json;
function pick(value: unknown, warn: Warn, readers: Readers): unknown;
function pick(value: unknown, warn: Warn, readers: Readers): unknown {
  if (!isObject(value)) {
    return value;
  }
  const members = Object.entries(readers)
    .filter(([name]) => Object.hasOwn(value, name))
    .map(([name, read]) => {
      const inner: Warn = (path, message) => warn(path === '' ? name : `${name}.${path}`, message);
      return [name, read(value[name], inner)] as const;
    });
  return Object.fromEntries(
    members.filter(([, member]) => member !== undefined && member !== null),
  );
}

const same: Reader = (value) => value;

const countOf: Reader = (value, warn) => integerWithin(value, 0, Number.MAX_SAFE_INTEGER, warn);

/** A policy that does not say that it is on is off: Go reads so. */
function isOff({ enable }: Json): boolean {
  return enable === false || enable === undefined || enable === null;
}

function milliseconds(value: unknown, warn: Warn): unknown {
  return integerWithin(value, 0, MAX_MS, warn);
}

function integerWithin(value: unknown, min: number, max: number, warn: Warn): unknown {
  return typeof value === 'number' ? within(Math.round(value), min, max, warn) : value;
}

function within(value: unknown, min: number, max: number, warn: Warn): unknown {
  if (typeof value !== 'number' || (value >= min && value <= max)) {
    return value;
  }
  const nearest = value < min ? min : max;
  warn('', `${value} is out of range, ${nearest} is used`);
  return nearest;
}

/** As Kitex: a number out of range is replaced by the default. Zero is what Go writes for one that was not set. */
function orDefault(
  value: unknown,
  isInRange: (value: number) => boolean,
  byDefault: number,
  warn: Warn,
): unknown {
  if (typeof value !== 'number' || isInRange(value)) {
    return value;
  }
  if (value !== 0) {
    warn('', `${value} is out of range, the default ${byDefault} is used`);
  }
  return byDefault;
}
