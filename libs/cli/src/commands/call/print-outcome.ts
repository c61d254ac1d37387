import { stringifyJson, valueToJson, type JsonPart } from '@nestjs-thrift/codec/json';
import { CommandFailure } from '../../terminal/exit-codes.js';
import { colorsFor, type CommandIo } from '../../terminal/terminal.js';
import { describeFailure } from '../../values/call-failure.js';
import type { CallableMethod } from '../../values/method-shapes.js';
import type { CallCommandOptions, CallTrace } from './call-trace.js';

/** The result on standard output; nothing for a method that returns nothing. */
export function printResult(
  result: unknown,
  { returns }: CallableMethod,
  options: CallCommandOptions,
  trace: CallTrace,
  io: CommandIo,
): void {
  const json = returns === undefined ? null : valueToJson(result, returns, options);
  if (options.json) {
    return printLine({ result: json }, trace, io);
  }
  if (returns !== undefined) {
    io.stdout.write(`${stringifyJson(json, { indent: 2, paint: painter(io) })}\n`);
  }
}

/** What came instead of a result. @throws CommandFailure always: with an exit code for each kind. */
export function printFailure(
  error: unknown,
  method: CallableMethod,
  options: CallCommandOptions,
  trace: CallTrace,
  io: CommandIo,
): never {
  const { exitCode, message, outcome } = describeFailure(error, method, options);
  if (options.json) {
    printLine(outcome, trace, io);
  }
  throw new CommandFailure(exitCode, message);
}

/** The colours of JSON on a terminal. */
export function painter(io: CommandIo): (part: JsonPart, text: string) => string {
  const { blue, green, yellow, magenta } = colorsFor(io.stdout, io);
  const colors = { name: blue, string: green, number: yellow, literal: magenta };
  return (part, text) => colors[part](text);
}

/** The outcome with its duration and what the server sent in addition, as the last line of `--json`. */
export function printLine(
  outcome: object,
  { durationMs, backwardMetadata, dialect }: CallTrace,
  io: CommandIo,
): void {
  const roundedMs = Math.round(durationMs * 1000) / 1000;
  const line = { ...outcome, durationMs: roundedMs, backwardMetadata, ...dialect };
  io.stdout.write(`${stringifyJson(line)}\n`);
}
