import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringifyJson } from '@nestjs-thrift/codec/json';
import type { Schema } from '@nestjs-thrift/idl';
import type { FoundMethod } from '../../idl/find-method.js';
import { payloadTemplate } from '../../idl/payload-template.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';
import type { CallableMethod } from '../../values/method-shapes.js';
import { parsePayload, readPayload } from '../../values/payload.js';

/**
 * Lets the user edit the payload in `$VISUAL` or `$EDITOR`; without one on the command line it begins with a template of the method.
 *
 * @throws CommandFailure without an editor, if the editor fails, or for what is not JSON afterwards
 */
export async function editPayload(
  words: readonly string[],
  schema: Schema,
  found: FoundMethod,
  { parameters }: CallableMethod,
  io: CommandIo,
): Promise<unknown> {
  const editor = io.env.VISUAL ?? io.env.EDITOR;
  if (editor === undefined || editor === '') {
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      '--edit needs an editor; set $EDITOR, such as to vi',
    );
  }
  const start =
    words.length === 0
      ? payloadTemplate(schema, found.method)
      : await readPayload(words, parameters, io);
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-thrift-'));
  try {
    const file = join(folder, `${found.method.name}.json5`);
    writeFileSync(file, `${stringifyJson(start, { indent: 2 })}\n`, { mode: 0o600 });
    const { status, error } = spawnSync(`${editor} "${file}"`, { stdio: 'inherit', shell: true });
    if (status !== 0) {
      const reason = error?.message ?? `it ended with ${status}`;
      throw new CommandFailure(EXIT_CODES.INPUT, `the editor ${editor} failed: ${reason}`);
    }
    return parsePayload(readFileSync(file, 'utf8'), 'the edited payload');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
