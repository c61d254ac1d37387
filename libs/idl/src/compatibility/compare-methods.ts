import type { MethodSchema } from '../schema/schema.js';
import { compareFields } from './compare-fields.js';
import { compareTypes } from './compare-types.js';
import type { Comparison } from './comparison.js';
import { renderChange, renderType } from './render-type.js';

/** Finds what broke between two versions of a method. */
export function compareMethods(
  comparison: Comparison,
  old: MethodSchema,
  now: MethodSchema,
  files: { readonly oldFile: string; readonly newFile: string },
): void {
  const { name } = now;
  if (old.stream !== now.stream) {
    report('method-stream-changed', `"${name}" ${shownStream(now)}, it ${shownStream(old, 'had')}`);
  }
  if (old.oneway !== now.oneway) {
    const message = now.oneway
      ? `"${name}" is oneway, it was not`
      : `"${name}" is not oneway, it was`;
    report('method-oneway-changed', message);
  } else {
    compareResults();
  }
  const parameters = { kind: 'parameters', title: `method "${name}"`, ...files } as const;
  compareFields(comparison, parameters, old.parameters, now.parameters);
  const throws = { kind: 'throws', title: `throws of "${name}"`, ...files } as const;
  compareFields(comparison, throws, old.exceptions, now.exceptions);

  function compareResults(): void {
    if (old.returns === undefined || now.returns === undefined) {
      if (old.returns === now.returns) {
        return;
      }
      report('result-type-changed', `"${name}" returns ${shown(now)}, it was ${shown(old)}`);
      return;
    }
    const change = compareTypes(comparison, old.returns, now.returns);
    if (change === 'none') {
      return;
    }
    const rule = change === 'wire' ? 'result-type-changed' : 'declared-type-changed';
    report(rule, `the result of "${name}" changes ${renderChange(old.returns, now.returns)}`);
  }

  function report(rule: Parameters<Comparison['report']>[0], message: string): void {
    comparison.report(
      rule,
      { version: 'new', file: files.newFile, position: now.position },
      message,
    );
  }
}

function shownStream({ stream }: MethodSchema, verb = 'has'): string {
  return stream === undefined ? `${verb} no stream` : `${verb} a stream of kind ${stream}`;
}

function shown({ returns }: MethodSchema): string {
  return returns === undefined ? 'void' : renderType(returns);
}
