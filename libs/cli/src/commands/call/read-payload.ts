import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';

/** The JSON a command was given: as it stands, from `@file`, or from standard input for `-`. Nothing is `{}`. */
export async function readPayload(payload: string | undefined, io: CommandIo): Promise<unknown> {
  if (payload === undefined) {
    return {};
  }
  if (payload === '-') {
    return parse(await readAll(io.stdin), 'standard input');
  }
  if (!payload.startsWith('@')) {
    return parse(payload, 'the payload');
  }
  const path = payload.slice(1);
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, path), 'utf8');
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${path}: ${(error as Error).message}`);
  }
  return parse(text, path);
}

async function readAll(input: AsyncIterable<string | Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const hint = text.trim() === '' ? 'it is empty' : (error as Error).message;
    throw new CommandFailure(EXIT_CODES.INPUT, `${source} is no JSON: ${hint}`);
  }
}
