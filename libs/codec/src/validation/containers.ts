import { applyRules } from './base-types.js';
import type { Check, Rule, ValidationRun } from './validation-run.js';

/** An array. */
export function list(element: Check, ...rules: readonly Rule[]): Check {
  return (value, run) => {
    if (!Array.isArray(value)) {
      return run.report('must be an array');
    }
    applyRules(value, rules, run);
    checkElements(value, element, run);
  };
}

/** An array or a Set in which no scalar stands twice. */
export function set(element: Check, ...rules: readonly Rule[]): Check {
  return (value, run) => {
    if (!Array.isArray(value) && !(value instanceof Set)) {
      return run.report('must be an array or a Set');
    }
    applyRules(value, rules, run);
    const elements: readonly unknown[] = [...value];
    if (hasRepeatedScalar(elements)) {
      run.report('must not hold an element twice');
    }
    checkElements(elements, element, run);
  };
}

/** A Map. */
export function map(key: Check, value: Check, ...rules: readonly Rule[]): Check {
  return (candidate, run) => {
    if (!(candidate instanceof Map)) {
      return run.report('must be a Map');
    }
    applyRules(candidate, rules, run);
    for (const [entryKey, entryValue] of candidate) {
      if (run.isOver) {
        return;
      }
      checkEntry(entryKey, entryValue, key, value, run);
    }
  };
}

/** An object by strings: a map whose keys are of type string. */
export function record(key: Check, value: Check, ...rules: readonly Rule[]): Check {
  return (candidate, run) => {
    if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate)) {
      return run.report('must be an object');
    }
    applyRules(candidate, rules, run);
    for (const [entryKey, entryValue] of Object.entries(candidate)) {
      if (run.isOver) {
        return;
      }
      checkEntry(entryKey, entryValue, key, value, run);
    }
  };
}

function checkElements(elements: readonly unknown[], element: Check, run: ValidationRun): void {
  for (const [index, value] of elements.entries()) {
    if (run.isOver) {
      return;
    }
    if (!run.enter(index)) {
      return;
    }
    element(value, run);
    run.leave();
  }
}

function checkEntry(
  entryKey: unknown,
  entryValue: unknown,
  key: Check,
  value: Check,
  run: ValidationRun,
): void {
  if (!run.enter(pathKey(entryKey))) {
    return;
  }
  key(entryKey, run);
  value(entryValue, run);
  run.leave();
}

/** Keys that are structs or containers have no text that would say which one is meant. */
function pathKey(key: unknown): PropertyKey {
  if (typeof key === 'string') {
    return key;
  }
  const isScalar = typeof key === 'bigint' || typeof key === 'number' || typeof key === 'boolean';
  return isScalar ? String(key) : '[key]';
}

/** As codecs do when they write a set; objects are not compared. */
function hasRepeatedScalar(elements: readonly unknown[]): boolean {
  const scalars = elements.filter((value) => typeof value !== 'object');
  return new Set(scalars).size < scalars.length;
}
