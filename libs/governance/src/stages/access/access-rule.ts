import { AccessDeniedError, type Middleware, type OutgoingCall } from '@nestjs-thrift/transport';
import type { Stage } from '../../chain/stage.js';
import {
  CallbackReport,
  plainAnswer,
  number,
  resolveOption,
} from '@nestjs-thrift/transport/internal';

/**
 * Decides whether a call may go ahead: a text refuses it and says why, `undefined` lets it through. Synchronous.
 * Kitex: acl.RejectFunc.
 */
export type AccessRule<Call> = (call: Call) => string | undefined;

/**
 * Why the rules reject a call; `undefined` if they do not. A rule that throws or returns a promise rejects: an access check that is
 * broken must not let calls through. It is reported as a warning of the process with the code `THRIFT_CALLBACK_FAILED`.
 */
export function reasonToReject<Call>(
  rules: readonly AccessRule<Call>[],
  call: Call,
): string | undefined {
  for (const rule of rules) {
    const reason = verdict(rule, call);
    if (reason !== undefined) {
      return reason;
    }
  }
  return undefined;
}

/** Rejects calls of a client by rule, before they are sent. Errors: AccessDeniedError. Kitex: client.WithACLRules. */
export function accessStage(rules: readonly AccessRule<OutgoingCall>[]): Stage {
  const unary: Middleware = (next) => (call) => {
    const reason = reasonToReject(rules, call);
    if (reason === undefined) {
      return next(call);
    }
    const name = `${call.service.name}.${call.method.name}`;
    const message = `${name} was rejected by an access rule of this client: ${reason}`;
    return Promise.reject(new AccessDeniedError(message));
  };
  return { name: 'accessRules', unary };
}

/** The option `degradationPercentage` of the policies of a method. */
export const PERCENTAGE = number({ min: 0, max: 100 });

/**
 * A rule that refuses a share of the calls at random, to shed load by hand. Kitex: the degradation of config-etcd.
 *
 * @param percentage 0 to 100.
 * @param random source of numbers from 0 to below 1; for tests.
 * @throws TypeError if the percentage is out of range.
 */
export function degradation(
  percentage: number,
  random: () => number = Math.random,
): AccessRule<unknown> {
  resolveOption('the percentage of a degradation', PERCENTAGE, percentage);
  return () =>
    random() * 100 < percentage ? `rejected by degradation of ${percentage} percent` : undefined;
}

const report = new CallbackReport('an access rule');

function verdict<Call>(rule: AccessRule<Call>, call: Call): string | undefined {
  try {
    return plainAnswer(rule(call));
  } catch (error) {
    report.threw(error);
    return 'access could not be checked';
  }
}
