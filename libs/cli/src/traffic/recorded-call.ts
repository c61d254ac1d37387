import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { JsonValue } from '@nestjs-thrift/codec/json';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import type { CommandIo } from '../terminal/terminal.js';
import { textLines } from '../values/text-lines.js';
import { parseTraffic } from './traffic-json.js';

/** How a call ended; the member is one of {@link OUTCOMES}. */
export type RecordedOutcome = Readonly<Record<string, JsonValue>>;

/** Members of a line that say how a call ended, as `call --json` has them. */
export const OUTCOMES = ['result', 'exception', 'businessStatus', 'error'] as const;

/** A line of a recording, as `record` writes it. */
export interface RecordedCall {
  /** Of the line, from 1. */
  readonly line: number;
  /** When the request came, in milliseconds since 1970. */
  readonly timeMs: number;
  readonly service: string;
  readonly method: string;
  readonly args: JsonValue;
  readonly metadata: Readonly<Record<string, string>>;
  readonly persistentMetadata: Readonly<Record<string, string>>;
  /** Nothing for a oneway call. */
  readonly outcome: RecordedOutcome | undefined;
  readonly durationMs: number | undefined;
}

/**
 * The calls of a recording, one after the other; the file is read no faster than they are taken.
 *
 * @throws CommandFailure that names the line, or why the file cannot be read
 */
export async function* recordedCalls(file: string, io: CommandIo): AsyncGenerator<RecordedCall> {
  const input = createReadStream(resolve(io.cwd, file));
  let number = 0;
  for await (const text of textLines(input, file)) {
    number += 1;
    if (text.trim() !== '') {
      yield parsed(text, number, file);
    }
  }
}

function parsed(text: string, line: number, file: string): RecordedCall {
  const invalid = (reason: string) =>
    new CommandFailure(EXIT_CODES.INPUT, `${file}:${line} is not a recorded call: ${reason}`);
  let json: JsonValue;
  try {
    json = parseTraffic(text);
  } catch (error) {
    throw invalid((error as Error).message);
  }
  const {
    time,
    service,
    method,
    args = {},
    metadata,
    persistentMetadata,
    durationMs,
  } = (typeof json === 'object' && json !== null ? json : {}) as Record<string, JsonValue>;
  if (typeof service !== 'string' || typeof method !== 'string' || typeof time !== 'string') {
    throw invalid('expected time, service, method and args');
  }
  const name = OUTCOMES.find((each) => Object.hasOwn(json as object, each));
  const outcome = name && { [name]: (json as Record<string, JsonValue>)[name]! };
  return {
    line,
    timeMs: Date.parse(time),
    service,
    method,
    args,
    metadata: texts(metadata),
    persistentMetadata: texts(persistentMetadata),
    outcome,
    durationMs: durationMs === undefined ? undefined : Number(durationMs),
  };
}

function texts(json: JsonValue | undefined): Record<string, string> {
  const entries = Object.entries(json ?? {}).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(entries) as Record<string, string>;
}
