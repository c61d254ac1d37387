import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CompiledSchema } from '@nestjs-thrift/codec/compiler';
import type { MethodSchema } from '@nestjs-thrift/idl';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { argumentsFromJson } from '../../values/from-json.js';
import { readPayload } from '../call/read-payload.js';
import { compileTemplate, hasTemplate } from './templates.js';

/** The arguments of the call with this number, which counts from 1. */
export type ArgumentsOf = (sequence: number) => Record<string, unknown>;

/**
 * The arguments of all calls: payloads in turn, their templates filled in for each call. Every payload is held against the
 * IDL before the first call.
 */
export async function readArguments(
  payload: string | undefined,
  method: MethodSchema,
  compiled: CompiledSchema,
  io: CommandIo,
): Promise<ArgumentsOf> {
  const sources = (await readPayloads(payload, io)).map((json) => {
    const template = compileTemplate(json);
    const first = argumentsFromJson(template(1), method, compiled);
    if (!hasTemplate(json)) {
      return () => first;
    }
    return (sequence: number) => argumentsFromJson(template(sequence), method, compiled);
  });
  return (sequence) => sources[(sequence - 1) % sources.length]!(sequence);
}

async function readPayloads(payload: string | undefined, io: CommandIo): Promise<unknown[]> {
  if (!payload?.startsWith('@')) {
    return [await readPayload(payload, io)];
  }
  const path = payload.slice(1);
  const lines = readLines(path, io);
  if (lines.length < 2 || !isJson(lines[0]!.text)) {
    return [await readPayload(payload, io)];
  }
  return lines.map(({ text, number }) => {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      const { message } = error as Error;
      throw new CommandFailure(EXIT_CODES.INPUT, `${path}:${number} is no JSON: ${message}`);
    }
  });
}

function readLines(path: string, io: CommandIo): { text: string; number: number }[] {
  let content: string;
  try {
    content = readFileSync(resolve(io.cwd, path), 'utf8');
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${path}: ${(error as Error).message}`);
  }
  return content
    .split('\n')
    .map((text, index) => ({ text, number: index + 1 }))
    .filter(({ text }) => text.trim() !== '');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
