import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { parseJson, type JsonValue } from '@nestjs-thrift/codec/json';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import { systemReason } from '../terminal/system-reason.js';
import type { CommandIo } from '../terminal/terminal.js';

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

/** A longer line is not one of a recording. */
const MAX_LINE = 256 * 2 ** 20;
const MAX_DEPTH = 512;

/**
 * The calls of a recording, one after the other; the file is read no faster than they are taken.
 *
 * @throws CommandFailure that names the line, or why the file cannot be read
 */
export async function* recordedCalls(file: string, io: CommandIo): AsyncGenerator<RecordedCall> {
  let number = 0;
  for await (const text of lines(file, io)) {
    number += 1;
    if (text.trim() !== '') {
      yield parsed(text, number, file);
    }
  }
}

async function* lines(file: string, io: CommandIo): AsyncGenerator<string> {
  let rest = '';
  const chunks = createReadStream(resolve(io.cwd, file), 'utf8')[Symbol.asyncIterator]();
  for (;;) {
    const chunk = await (chunks.next() as Promise<IteratorResult<string>>).catch(
      (error: unknown) => {
        throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${file}: ${systemReason(error)}`);
      },
    );
    if (chunk.done) {
      break;
    }
    const parts = (rest + chunk.value).split('\n');
    rest = parts.pop()!;
    if (rest.length > MAX_LINE) {
      throw new CommandFailure(
        EXIT_CODES.INPUT,
        `${file} has a line of more than ${MAX_LINE} characters; is it a recording?`,
      );
    }
    yield* parts;
  }
  yield rest;
}

function parsed(text: string, line: number, file: string): RecordedCall {
  const invalid = (reason: string) =>
    new CommandFailure(EXIT_CODES.INPUT, `${file}:${line} is not a recorded call: ${reason}`);
  let json: JsonValue;
  try {
    json = parseJson(text, { maxDepth: MAX_DEPTH });
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
