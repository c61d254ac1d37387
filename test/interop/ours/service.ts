import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { MethodHandler } from '@nestjs-thrift/transport';
import { exceptionClass } from './definitions.js';
import { build, difference, type Everything } from './values.js';

/** What the method combine answers, and what its caller expects. */
export function combined(args: FieldValues): string {
  const { flag, tiny, small, medium, big, real, text, bytes, color, words } = args;
  const hex = (bytes as Buffer).toString('hex');
  const list = (words as string[]).join(',');
  return [flag, tiny, small, medium, big, real, text, hex, color, list].join('|');
}

function flip(shape: Record<string, unknown>): unknown {
  const { dot, circle, label, polygon } = shape as {
    dot?: { x: number; y: number };
    circle?: { center: unknown };
    label?: string;
    polygon?: number[];
  };
  if (dot !== undefined) {
    return { dot: { x: dot.y, y: dot.x } };
  }
  if (circle !== undefined) {
    return { dot: circle.center };
  }
  if (label !== undefined) {
    return { label: `${label}!` };
  }
  return { polygon: polygon?.toReversed() };
}

function fail(kind: unknown): unknown {
  const { NotFound, Denied } = {
    NotFound: exceptionClass('NotFound'),
    Denied: exceptionClass('Denied'),
  };
  if (kind === 'notFound') {
    throw new NotFound({ message: 'not here', code: 404, details: { key: 'value' } });
  }
  if (kind === 'denied') {
    throw new Denied({ reason: 'closed' });
  }
  if (kind === 'undeclared') {
    throw new Error('undeclared');
  }
  return kind;
}

/** Serves Interop. */
export function interopHandlers(): Record<string, MethodHandler> {
  let remembered: unknown = '';
  return {
    baseAdd: ({ a, b }) => (a as number) + (b as number),
    check: ({ caseName, value }) => difference(caseName as string, value as Everything),
    produce: ({ caseName }) => build(caseName as string),
    echo: ({ value }) => value,
    combine: (args) => combined(args),
    flip: ({ shape }) => flip(shape as Record<string, unknown>),
    nothing: () => undefined,
    fail: ({ kind }) => fail(kind),
    remember: ({ text }) => {
      remembered = text;
    },
    recall: () => remembered,
  };
}
