import { AclError, type Middleware, type OutgoingCall } from '@nestjs-thrift/transport';

/**
 * Decides whether a call may go ahead: a text refuses it and says why, `undefined` lets it through. Synchronous.
 * Kitex: acl.RejectFunc.
 */
export type AccessRule<Call> = (call: Call) => string | undefined;

/** What the rules say about a call. A rule that throws refuses: an access check that is broken must not open the door. */
export function forbidden<Call>(
  rules: readonly AccessRule<Call>[],
  call: Call,
): AclError | undefined {
  for (const rule of rules) {
    const reason = verdict(rule, call);
    if (reason !== undefined) {
      return new AclError(`request forbidden: ${reason}`);
    }
  }
  return undefined;
}

/** Refuses calls of a client by rule, before they are sent. Errors: AclError. Kitex: client.WithACLRules. */
export function accessStage(rules: readonly AccessRule<OutgoingCall>[]): Middleware {
  return (next) => (call) => {
    const error = forbidden(rules, call);
    return error === undefined ? next(call) : Promise.reject(error);
  };
}

/**
 * A rule that refuses a share of the calls at random, to shed load by hand. Kitex: the degradation of config-etcd.
 *
 * @param percentage 0 to 100.
 * @param random source of numbers from 0 to below 1; for tests.
 * @throws RangeError if the percentage is out of range.
 */
export function degradation(
  percentage: number,
  random: () => number = Math.random,
): AccessRule<unknown> {
  if (!(percentage >= 0 && percentage <= 100)) {
    throw new RangeError(
      `the percentage of a degradation must be from 0 to 100, got ${percentage}`,
    );
  }
  return () =>
    random() * 100 < percentage ? `rejected by degradation of ${percentage} percent` : undefined;
}

function verdict<Call>(rule: AccessRule<Call>, call: Call): string | undefined {
  try {
    return rule(call);
  } catch (error) {
    process.emitWarning(`an access rule threw: ${String(error)}`, {
      code: 'THRIFT_ACCESS_RULE_FAILED',
    });
    return 'access could not be checked';
  }
}
