import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FuzzTarget } from './fuzz-target.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

/** An input kept in a file. */
export interface KeptInput {
  readonly file: string;
  readonly input: Buffer;
}

/** The kept inputs of a target, in the order of their names: the order is part of what a seed means. */
export function corpusOf(target: FuzzTarget): KeptInput[] {
  const folder = join(here, 'corpus', target.name);
  return readdirSync(folder)
    .sort()
    .map((file) => ({ file, input: readInput(join(folder, file)) }));
}

/** Reads a kept input: `.hex` files hold hexadecimal bytes, others the bytes themselves. */
export function readInput(path: string): Buffer {
  const bytes = readFileSync(path);
  return path.endsWith('.hex') ? Buffer.from(bytes.toString().replaceAll(/\s/g, ''), 'hex') : bytes;
}

/** Keeps an input that broke something; returns the path of the file from the root of the repository. */
export function keepCrash(target: FuzzTarget, input: Buffer): string {
  const digest = createHash('sha256').update(input).digest('hex').slice(0, 8);
  const folder = join(here, 'crashes', target.name);
  const path = join(folder, target.isText ? `${digest}.thrift` : `${digest}.hex`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, target.isText ? input : `${input.toString('hex')}\n`);
  return path.slice(root.length);
}
