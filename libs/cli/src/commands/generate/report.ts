import { join } from 'node:path';
import { colorsFor, type CommandIo } from '../../terminal/terminal.js';
import type { GenOptions } from './file-generator.js';
import type { OutputChanges } from './output-folder.js';

/** Says what was done to the output folder. */
export function reportChanges(changes: OutputChanges, options: GenOptions, io: CommandIo): void {
  if (options.json) {
    const { write, remove, unchanged } = changes;
    writeJson({ written: write.map(({ path }) => path), removed: remove, unchanged }, io);
    return;
  }
  const { green, red } = colorsFor(io.stdout, io);
  for (const { path } of changes.write) {
    io.stdout.write(`${green('wrote')} ${join(options.out, path)}\n`);
  }
  for (const path of changes.remove) {
    io.stdout.write(`${red('removed')} ${join(options.out, path)}\n`);
  }
  io.stdout.write(`${summary(changes)}\n`);
}

/** Says how the output folder differs from the IDL. */
export function reportDifferences(
  changes: OutputChanges,
  options: GenOptions,
  io: CommandIo,
): void {
  if (options.json) {
    const { write, remove, unchanged } = changes;
    const outOfDate = write.map(({ path }) => path);
    writeJson({ outOfDate, leftOver: remove, upToDate: unchanged }, io);
    return;
  }
  const { red } = colorsFor(io.stdout, io);
  for (const { path } of changes.write) {
    io.stdout.write(`${red('out of date')} ${join(options.out, path)}\n`);
  }
  for (const path of changes.remove) {
    io.stdout.write(`${red('left over')} ${join(options.out, path)}\n`);
  }
}

function writeJson(result: object, io: CommandIo): void {
  io.stdout.write(`${JSON.stringify(result)}\n`);
}

function summary({ write, remove, unchanged }: OutputChanges): string {
  return `${write.length} written, ${unchanged} unchanged, ${remove.length} removed`;
}
