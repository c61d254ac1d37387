import type { StructShape } from '@nestjs-thrift/codec/compiler';
import {
  argumentsFromJson,
  JsonSyntaxError,
  JsonValueError,
  parseJson,
} from '@nestjs-thrift/codec/json';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import { systemReason } from '../terminal/system-reason.js';
import type { CommandIo } from '../terminal/terminal.js';
import { isShorthand, payloadFromShorthand } from './shorthand.js';

/** The payload as the command line has it: nothing, one text, or `path=value` words. */
export type PayloadWords = readonly string[];

/** Deeper payloads are rejected by the codec, with a message about its own limit. */
const MAX_DEPTH = 512;

/** The parameters of a method by their shapes. */
type Parameters = Pick<StructShape, 'fields'>;

/**
 * The JSON a command was given: as an argument (JSON5 is taken, too), from `@file`, from standard input for `-`, or as words
 * `path=value`. Nothing is `{}`.
 *
 * @throws CommandFailure for what is not JSON or cannot be read
 */
export async function readPayload(
  words: PayloadWords,
  parameters: Parameters,
  io: CommandIo,
): Promise<unknown> {
  const [payload] = words;
  if (payload === undefined) {
    return {};
  }
  if (isShorthand(words)) {
    return payloadFromShorthand(words, parameters);
  }
  if (words.length > 1) {
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `the payload is one JSON text, or words such as user_id=1; got ${words.length} words`,
    );
  }
  if (payload === '-') {
    return parsePayload(await readAll(io.stdin), 'standard input');
  }
  if (!payload.startsWith('@')) {
    return parsePayload(payload, 'the payload');
  }
  const path = payload.slice(1);
  return parsePayload(readPayloadFile(path, io), path);
}

/** @throws CommandFailure that names the file */
export function readPayloadFile(path: string, io: CommandIo): string {
  try {
    return readFileSync(resolve(io.cwd, path), 'utf8');
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${path}: ${systemReason(error)}`);
  }
}

/** @throws CommandFailure with line and column */
export function parsePayload(text: string, source: string): unknown {
  try {
    return parseJson(text, { maxDepth: MAX_DEPTH, relaxed: true });
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) {
      throw error;
    }
    const reason = text.trim() === '' ? 'it is empty' : error.message;
    throw new CommandFailure(EXIT_CODES.INPUT, `${source} is not JSON: ${reason}`);
  }
}

/** The arguments of a method. @throws CommandFailure that names the place where JSON and IDL differ. */
export function argumentsOf(
  json: unknown,
  method: string,
  parameters: Parameters,
): Record<string, unknown> {
  try {
    return argumentsFromJson(json, method, parameters);
  } catch (error) {
    throw error instanceof JsonValueError
      ? new CommandFailure(EXIT_CODES.INPUT, error.message)
      : error;
  }
}

async function readAll(input: AsyncIterable<string | Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
