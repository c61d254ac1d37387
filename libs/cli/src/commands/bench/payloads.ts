import { JsonSyntaxError, parseJson } from '@nestjs-thrift/codec/json';
import type { CommandIo } from '../../terminal/terminal.js';
import type { CallableMethod } from '../../values/method-shapes.js';
import { argumentsOf, parsePayload, readPayload, readPayloadFile } from '../../values/payload.js';
import { compileTemplate, hasTemplate } from './templates.js';

/** The arguments of the call with this number, which counts from 1. */
export type ArgumentsOf = (sequence: number) => Record<string, unknown>;

/**
 * The arguments of all calls: payloads in turn, their templates filled in for each call. Every payload is checked against the IDL
 * before the first call.
 */
export async function readArguments(
  words: readonly string[],
  name: string,
  { parameters }: CallableMethod,
  io: CommandIo,
): Promise<ArgumentsOf> {
  const payloads = readLines(words, io) ?? [await readPayload(words, parameters, io)];
  const sources = payloads.map((json) => {
    const template = compileTemplate(json);
    const first = argumentsOf(template(1), name, parameters);
    if (!hasTemplate(json)) {
      return () => first;
    }
    return (sequence: number) => argumentsOf(template(sequence), name, parameters);
  });
  return (sequence) => sources[(sequence - 1) % sources.length]!(sequence);
}

/** The payloads of a file with one JSON per line; nothing where the file is one JSON. */
function readLines([payload = '']: readonly string[], io: CommandIo): unknown[] | undefined {
  if (!payload.startsWith('@')) {
    return undefined;
  }
  const path = payload.slice(1);
  const lines = readPayloadFile(path, io)
    .split('\n')
    .map((text, index) => ({ text, source: `${path}:${index + 1}` }))
    .filter(({ text }) => text.trim() !== '');
  const [first] = lines;
  if (lines.length < 2 || first === undefined || !isJson(first.text)) {
    return undefined;
  }
  return lines.map(({ text, source }) => parsePayload(text, source));
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      return false;
    }
    throw error;
  }
}
