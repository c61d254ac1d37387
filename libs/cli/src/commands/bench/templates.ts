import { randomInt, randomUUID } from 'node:crypto';
import { JsonNumber } from '@nestjs-thrift/codec/json';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';

const TEMPLATE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const WHOLE = /^\{\{[^{}]*\}\}$/;
/** The widest span that `randomInt` draws from. */
const MAX_SPAN = 2 ** 48 - 1;

type Filler = (sequence: number) => number | string;

/** Makes the JSON of a call from the number of the call, which counts from 1. */
export type Template = (sequence: number) => unknown;

/**
 * JSON whose strings hold `{{sequence}}`, `{{random 1 100}}` or `{{uuid}}`. A string that is only a numeric template becomes
 * a number.
 *
 * @returns the JSON itself where it holds no template
 * @throws CommandFailure for a template that does not exist
 */
export function compileTemplate(json: unknown): Template {
  return hasTemplate(json) ? parse(json) : () => json;
}

/** Whether any string in the JSON holds a template. */
export function hasTemplate(json: unknown): boolean {
  if (typeof json === 'string') {
    return json.search(TEMPLATE) >= 0;
  }
  if (typeof json !== 'object' || json === null || json instanceof JsonNumber) {
    return false;
  }
  return Object.values(json).some(hasTemplate);
}

function parse(json: unknown): Template {
  if (typeof json === 'string') {
    return parseText(json);
  }
  if (Array.isArray(json)) {
    const elements = json.map(parse);
    return (sequence) => elements.map((element) => element(sequence));
  }
  if (typeof json !== 'object' || json === null || json instanceof JsonNumber) {
    return () => json;
  }
  const entries = Object.entries(json).map(([key, value]) => [key, parse(value)] as const);
  return (sequence) => Object.fromEntries(entries.map(([key, value]) => [key, value(sequence)]));
}

function parseText(text: string): Template {
  if (WHOLE.test(text)) {
    return filler(text.slice(2, -2).trim());
  }
  const literals = text.split(TEMPLATE).filter((_, index) => index % 2 === 0);
  const fillers = Array.from(text.matchAll(TEMPLATE), ([, name = '']) => filler(name));
  return (sequence) =>
    literals.map((literal, index) => `${literal}${fillers[index]?.(sequence) ?? ''}`).join('');
}

function filler(name: string): Filler {
  if (name === 'sequence') {
    return (sequence) => sequence;
  }
  if (name === 'uuid') {
    return () => randomUUID();
  }
  const [, low, high] = /^random\s+(-?\d+)\s+(-?\d+)$/.exec(name) ?? [];
  if (low === undefined || high === undefined) {
    throw unusable(
      `{{${name}}} is not a template: there are {{sequence}}, {{random 1 100}}, {{uuid}}`,
    );
  }
  const [from, to] = [Number(low), Number(high)];
  const safe = Number.isSafeInteger(from) && Number.isSafeInteger(to);
  if (!safe || from > to || to - from >= MAX_SPAN) {
    throw unusable(`{{${name}}} needs two integers, the lower one first, less than 2^48 apart`);
  }
  return () => randomInt(from, to + 1);
}

function unusable(message: string): CommandFailure {
  return new CommandFailure(EXIT_CODES.INPUT, message);
}
