import type { MethodDefinition } from '@nestjs-thrift/codec';
import { InvalidRequestError, MAX_PROBLEMS } from '../values/binding-run.js';
import type { BoundArguments } from '../binding/request-binder.js';

/** The part of Standard Schema that generated validators have. */
interface Validator {
  readonly '~standard': {
    validate(value: unknown):
      | {
          readonly issues?: readonly {
            readonly message: string;
            readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
          }[];
        }
      | Promise<unknown>;
  };
}

/** Checks the arguments of a method. @throws InvalidRequestError with what breaks the rules of the IDL. */
export type ArgumentsCheck = (args: BoundArguments) => void;

/** The check that the `vt.*` annotations of generated code ask for; `undefined` where it has none. */
export function argumentsCheck(method: MethodDefinition | undefined): ArgumentsCheck | undefined {
  const fields = method === undefined ? [] : parametersOf(method);
  const validated = fields.flatMap(({ name, type }) =>
    typeof type === 'object' && type !== null && '~standard' in type
      ? [{ name, validator: type as Validator }]
      : [],
  );
  if (validated.length === 0) {
    return undefined;
  }
  return (args) => {
    const problems = validated.flatMap(({ name, validator }) =>
      problemsOf(validator, args[name], fields.length === 1 ? [] : [name]),
    );
    if (problems.length > 0) {
      throw new InvalidRequestError(problems.slice(0, MAX_PROBLEMS), problems.length);
    }
  };
}

/** The parameters with their types; of a stream that of one message. */
function parametersOf(
  method: MethodDefinition,
): readonly { readonly name: string; readonly type: unknown }[] {
  if (!('args' in method)) {
    return [{ name: method.parameters[0] ?? '', type: method.request }];
  }
  const { fields = [] } = method.args as { fields?: readonly { name: string; type: unknown }[] };
  return fields;
}

function problemsOf(
  validator: Validator,
  value: unknown,
  prefix: readonly string[],
): { place: string; message: string }[] {
  const outcome = validator['~standard'].validate(value);
  if (outcome instanceof Promise) {
    throw new TypeError('validators of generated code answer at once');
  }
  return (outcome.issues ?? []).map(({ path = [], message }) => {
    const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
    return { place: [...prefix, ...keys].join('.') || 'request', message };
  });
}
