import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import { inFolder, writeFailure, type CommandIo } from '../../terminal/terminal.js';
import { baseFolder } from './find-sources.js';
import { FileGenerator, type GenOptions } from './file-generator.js';
import { loadGenConfig } from './gen-config.js';
import { generate } from './generate.js';
import { declareInput } from './input-options.js';
import { applyChanges } from './output-folder.js';
import { missingDependency, runtimeModule } from './project.js';
import { reportChanges, reportDifferences } from './report.js';

const EPILOGUE = `
The output mirrors the folders below the part of the patterns before their first wildcard. Files that would not change
are not written. A file whose IDL is gone is removed if it was generated; nothing else in the folder is touched.

Examples:
  nestjs-thrift gen 'idl/**/*.thrift' -o src/gen             generate; quote the pattern
  nestjs-thrift gen 'idl/**/*.thrift' -o src/gen --watch     and again on every change
  nestjs-thrift gen 'idl/**/*.thrift' -o src/gen --check     for pipelines: is the output up to date?
  nestjs-thrift gen idl/user.thrift -o src/gen -I vendor/idl --i64 string
  nestjs-thrift gen 'idl/**/*.thrift' -o src/gen --target node
  nestjs-thrift gen 'idl/**/*.thrift' -o src/gen --codecs static
  nestjs-thrift gen 'idl/**/*.thrift' -o src/gen --validators --json-schema
  nestjs-thrift gen 'idl/**/*.thrift' -o src/gen --annotations 'api.*,go.tag'
  nestjs-thrift gen                                          what nestjs-thrift.yaml lists

Exit codes:
  0  done; with --check: the output is up to date
  1  with --check: the output differs from the IDL
  2  the command line is wrong, or no file matches
  3  the IDL has errors, a file is in the way, or the output cannot be written; then nothing is written`;

/** Declares `gen`. */
export function configure(command: Command, io: CommandIo): void {
  declareInput(command)
    .option(
      '-c, --config <file>',
      'read what to generate from this file (default: nestjs-thrift.yaml)',
    )
    .option('--watch', 'generate again whenever the IDL changes, until Ctrl-C')
    .addOption(new Option('--check', 'write nothing; list what differs').conflicts('watch'))
    .option('--json', 'print the result as one line of JSON')
    .addHelpText('after', EPILOGUE)
    .action((patterns: string[], options: GenCommandOptions) => gen(patterns, options, io));
}

interface GenCommandOptions extends GenOptions {
  readonly config?: string;
}

async function gen(
  patterns: readonly string[],
  options: GenCommandOptions,
  io: CommandIo,
): Promise<void> {
  if (patterns.length > 0) {
    requireOut(options);
    return run(patterns, options, io);
  }
  const { folder, inputs } = loadGenConfig(options.config, io.cwd);
  const { watch, check: checks, json } = options;
  const common = {
    ...(watch && { watch }),
    ...(checks && { check: checks }),
    ...(json && { json }),
  };
  const runs = inputs.map(
    (input) => () => run(input.patterns, { ...input.options, ...common }, inFolder(io, folder)),
  );
  return watch ? void (await Promise.all(runs.map((start) => start()))) : runAll(runs);
}

/** Every input has its turn; the first failure is that of the command. */
async function runAll(runs: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const start of runs) {
    await start().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) {
    throw failures[0];
  }
}

function requireOut({ out }: { readonly out?: string }): void {
  if (out === undefined) {
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `required option '-o, --out <folder>' not specified`,
    );
  }
}

async function run(patterns: readonly string[], options: GenOptions, io: CommandIo): Promise<void> {
  if (options.watch) {
    return watchAndGenerate(patterns, options, io);
  }
  if (options.check) {
    return check(patterns, options, io);
  }
  return writeOutput(patterns, options, io);
}

async function check(
  patterns: readonly string[],
  options: GenOptions,
  io: CommandIo,
): Promise<void> {
  const changes = await generate(patterns, options, io, new FileGenerator(options, io));
  reportDifferences(changes, options, io);
  if (changes.write.length + changes.remove.length === 0) {
    return;
  }
  throw new CommandFailure(
    EXIT_CODES.NEGATIVE,
    `${options.out} is not what the IDL says; run the same command without --check`,
  );
}

async function watchAndGenerate(
  patterns: readonly string[],
  options: GenOptions,
  io: CommandIo,
): Promise<void> {
  // Only those who watch wait for the watcher to load.
  const { watch } = await import('./watch.js');
  const folders = [baseFolder(patterns), ...options.include];
  const generator = new FileGenerator(options, io);
  io.stderr.write(`watching ${folders.join(', ')}; Ctrl-C stops\n`);
  await watch(
    folders.map((folder) => resolve(io.cwd, folder)),
    io.signal,
    async () => {
      try {
        await writeOutput(patterns, options, io, generator);
      } catch (error) {
        if (!(error instanceof CommandFailure)) {
          throw error;
        }
        writeFailure(error, io);
      }
    },
  );
}

async function writeOutput(
  patterns: readonly string[],
  options: GenOptions,
  io: CommandIo,
  generator = new FileGenerator(options, io),
): Promise<void> {
  const changes = await generate(patterns, options, io, generator);
  const folder = resolve(io.cwd, options.out);
  applyChanges(folder, options.out, changes);
  reportChanges(changes, options, io);
  const missing = missingDependency(folder, runtimeModule(options), io.cwd);
  if (missing !== undefined) {
    io.stderr.write(`warning: ${missing}\n`);
  }
}
