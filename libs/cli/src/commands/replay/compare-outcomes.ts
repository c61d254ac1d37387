import { stringifyJson, type JsonValue } from '@nestjs-thrift/codec/json';
import type { TypeShape } from '@nestjs-thrift/codec/compiler';
import type { FieldPaths } from '../../traffic/field-paths.js';
import { REDACTED } from '../../traffic/redacted.js';
import { isJsonObject } from '../../traffic/traffic-json.js';
import type { CallableMethod } from '../../values/method-shapes.js';

/** A place in which two outcomes differ; text of JSON, or nothing where it is absent. */
export interface Difference {
  /** Such as `result.tags[1]`. */
  readonly place: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Of one pair of outcomes; more would repeat them. */
const MAX_DIFFERENCES = 20;

/**
 * Compares what was recorded with what came. Sets and maps are compared whatever their order; a value that the recording left out equals
 * every other.
 *
 * @param ignore places that are not compared
 */
export function compareOutcomes(
  before: Readonly<Record<string, JsonValue>>,
  after: Readonly<Record<string, JsonValue>>,
  { returns, exceptions }: CallableMethod,
  ignore: FieldPaths,
): readonly Difference[] {
  const comparison = new Comparison(ignore);
  const [kind = ''] = Object.keys(before);
  const [kindAfter = ''] = Object.keys(after);
  if (kind !== kindAfter) {
    const shown = (outcome: object) => stringifyJson(outcome);
    return ignore.matches('outcome')
      ? []
      : [{ place: 'outcome', before: shown(before), after: shown(after) }];
  }
  if (kind === 'exception') {
    const left = before[kind] as unknown as ExceptionJson;
    const right = after[kind] as unknown as ExceptionJson;
    const type = left.type === right.type ? exceptions.get(left.type) : undefined;
    comparison.compare(left.type, right.type, undefined, 'exception.type', 'exception.type');
    comparison.compare(left.value, right.value, type, 'exception.value', 'exception.value');
  } else {
    const type = kind === 'result' ? returns : undefined;
    comparison.compare(before[kind], after[kind], type, kind, kind);
  }
  return comparison.differences;
}

interface ExceptionJson {
  readonly type: string;
  readonly value: JsonValue;
}

class Comparison {
  readonly #ignore: FieldPaths;
  readonly differences: Difference[] = [];

  constructor(ignore: FieldPaths) {
    this.#ignore = ignore;
  }

  /** @param name the place without indexes, which paths match */
  compare(
    before: JsonValue | undefined,
    after: JsonValue | undefined,
    type: TypeShape | undefined,
    place: string,
    name: string,
  ): void {
    if (this.differences.length >= MAX_DIFFERENCES || before === REDACTED) {
      return;
    }
    if (this.#ignore.matches(name)) {
      return;
    }
    if (Array.isArray(before) && Array.isArray(after)) {
      return this.#compareElements(before, after, type, place, name);
    }
    if (isJsonObject(before) && isJsonObject(after)) {
      for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
        const member = memberType(type, key);
        this.compare(before[key], after[key], member, `${place}.${key}`, `${name}.${key}`);
      }
      return;
    }
    const [left, right] = [textOf(before), textOf(after)];
    if (left !== right) {
      this.differences.push({ place, before: left, after: right });
    }
  }

  #compareElements(
    before: readonly JsonValue[],
    after: readonly JsonValue[],
    type: TypeShape | undefined,
    place: string,
    name: string,
  ): void {
    const isUnordered = type?.kind === 'set' || type?.kind === 'map';
    const [left, right] = isUnordered ? [sorted(before), sorted(after)] : [before, after];
    const element = type?.kind === 'list' || type?.kind === 'set' ? type.element : undefined;
    for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
      this.compare(left[index], right[index], element, `${place}[${index}]`, name);
    }
  }
}

function memberType(type: TypeShape | undefined, key: string): TypeShape | undefined {
  if (type === undefined || !('fields' in type)) {
    return type?.kind === 'map' ? type.value : undefined;
  }
  return type.fields.find((field) => field.name === key)?.type;
}

function sorted(values: readonly JsonValue[]): JsonValue[] {
  return values
    .map((value) => [stringifyJson(value), value] as const)
    .sort(([left], [right]) => (left < right ? -1 : Number(left > right)))
    .map(([, value]) => value);
}

function textOf(json: JsonValue | undefined): string | undefined {
  return json === undefined ? undefined : stringifyJson(json);
}
