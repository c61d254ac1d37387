import type { LintRule, LintRuleInfo } from '../lint-rule.js';
import { comparableKeys } from './comparable-keys.js';
import { documented } from './documented.js';
import { enumExplicitValues } from './enum-explicit-values.js';
import { enumUniqueValues } from './enum-unique-values.js';
import { enumZero } from './enum-zero.js';
import { exceptionMessage } from './exception-message.js';
import { exceptionNaming } from './exception-naming.js';
import { explicitRequiredness } from './explicit-requiredness.js';
import { fieldIdExplicit } from './field-id-explicit.js';
import { fieldIdGap } from './field-id-gap.js';
import { fieldIdOrder } from './field-id-order.js';
import { fieldIdPositive } from './field-id-positive.js';
import { fieldNaming } from './field-naming.js';
import { httpAnnotations } from './http-annotations.js';
import { httpBindings } from './http-bindings.js';
import { httpExactDigits } from './http-exact-digits.js';
import { httpRoutesServed } from './http-routes.js';
import { methodNaming } from './method-naming.js';
import { namespacePresent } from './namespace-present.js';
import { noAliasedDefinition } from './no-aliased-definition.js';
import { noDuplicateKey } from './no-duplicate-key.js';
import { noDeprecatedSyntax } from './no-deprecated-syntax.js';
import { noEndlessStruct } from './no-endless-struct.js';
import { noIgnoredRequiredness } from './no-ignored-requiredness.js';
import { noNameCollision } from './no-name-collision.js';
import { noRequired } from './no-required.js';
import { noRequiredDefault } from './no-required-default.js';
import { noReservedName } from './no-reserved-name.js';
import { noUnusedInclude } from './no-unused-include.js';
import { noStreamExceptions } from './no-stream-exceptions.js';
import { onewayVoid } from './oneway-void.js';
import { requestStruct } from './request-struct.js';
import { responseStruct } from './response-struct.js';
import { typeNaming } from './type-naming.js';
import { unsharedRequest } from './unshared-request.js';
import { upperCaseNaming } from './upper-case-naming.js';
import { UNUSED_SUPPRESSION } from './unused-suppression.js';

/** The rules that look at files, grouped by what they look at. */
export const CHECKING_RULES: readonly LintRule[] = [
  requestStruct,
  responseStruct,
  unsharedRequest,
  explicitRequiredness,
  noRequired,
  noRequiredDefault,
  noIgnoredRequiredness,
  fieldIdExplicit,
  fieldIdPositive,
  fieldIdGap,
  fieldIdOrder,
  typeNaming,
  fieldNaming,
  methodNaming,
  upperCaseNaming,
  noNameCollision,
  noReservedName,
  enumZero,
  enumExplicitValues,
  enumUniqueValues,
  exceptionNaming,
  exceptionMessage,
  noStreamExceptions,
  onewayVoid,
  documented,
  namespacePresent,
  noUnusedInclude,
  noDeprecatedSyntax,
  noAliasedDefinition,
  noDuplicateKey,
  comparableKeys,
  noEndlessStruct,
  httpRoutesServed,
  httpBindings,
  httpAnnotations,
  httpExactDigits,
];

/** All that can be configured. */
export const LINT_RULES: readonly LintRuleInfo[] = [...CHECKING_RULES, UNUSED_SUPPRESSION];
