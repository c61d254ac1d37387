import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command, Option } from 'commander';
import { suggestion } from '../idl/find-method.js';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import { checkAddress } from './connection-options.js';
import { systemReason } from '../terminal/system-reason.js';
import type { CommandIo } from '../terminal/terminal.js';

/** File with named targets, looked for in the working folder and those above it. */
export const TARGETS_FILE = '.nestjs-thrift.yaml';

/** A file with targets. */
export interface TargetsFile {
  readonly path: string;
  readonly targets: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Options whose values are paths, relative to the file with the targets. */
const PATHS: ReadonlySet<string> = new Set(['idl', 'include', 'ca', 'cert', 'key']);

/** Options of a target that not every command has: a pass-through sends no messages itself, and a diagnosis tries all dialects. */
const CALLS_ONLY: ReadonlySet<string> = new Set([
  'transport',
  'protocol',
  'timeout',
  'connect-timeout',
  'service-name',
  'caller',
  'max-reply-bytes',
  'multiplexed',
  'metadata',
  'persistent',
  'i64',
]);

/** What looks like an address; everything else is the name of a target. */
const ADDRESS = /^unix:|:\d+$/;

/**
 * The address that an argument stands for. If it names a target of the file, the options of that target apply where the
 * command line does not give them.
 *
 * @throws CommandFailure for a target that does not exist, or has an option that the command does not know, and for what is no
 *   address.
 */
export async function resolveTarget(
  argument: string,
  command: Command,
  io: CommandIo,
): Promise<string> {
  const address = await addressOf(argument, command, io);
  checkAddress(address);
  return address;
}

async function addressOf(argument: string, command: Command, io: CommandIo): Promise<string> {
  if (ADDRESS.test(argument)) {
    return argument;
  }
  const file = await readTargets(io.cwd);
  if (file === undefined) {
    return argument;
  }
  const target = Object.hasOwn(file.targets, argument) ? file.targets[argument] : undefined;
  if (target === undefined) {
    const names = Object.keys(file.targets);
    const known = names.join(', ') || 'none';
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `"${argument}" is neither an address nor a target of ${file.path}${suggestion(argument, names) || `; it has ${known}`}`,
    );
  }
  const { address, ...options } = target;
  if (typeof address !== 'string') {
    throw invalid(file.path, argument, 'address must be text such as users:8888');
  }
  for (const [name, value] of Object.entries(options)) {
    apply(name, value, command, { file: file.path, target: argument });
  }
  return address;
}

/** The nearest file with targets. @throws CommandFailure if it cannot be read or is not a list of targets. */
export async function readTargets(cwd: string): Promise<TargetsFile | undefined> {
  const path = nearestFile(cwd);
  if (path === undefined) {
    return undefined;
  }
  const { parse } = await import('yaml');
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${path}: ${systemReason(error)}`);
  }
  const targets = isRecord(content) ? content.targets : undefined;
  if (!isRecord(targets) || !Object.values(targets).every(isRecord)) {
    throw new CommandFailure(
      EXIT_CODES.INPUT,
      `${path}: expected targets: { <name>: { address: host:port, idl: file.thrift } }`,
    );
  }
  return { path, targets: targets as TargetsFile['targets'] };
}

function nearestFile(folder: string): string | undefined {
  const path = join(folder, TARGETS_FILE);
  if (existsSync(path)) {
    return path;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestFile(parent);
}

interface Place {
  readonly file: string;
  readonly target: string;
}

function apply(name: string, value: unknown, command: Command, { file, target }: Place): void {
  const option = command.options.find(({ long }) => long === `--${name}`);
  if (option === undefined && CALLS_ONLY.has(name)) {
    return;
  }
  if (option === undefined) {
    const names = command.options.map(({ long }) => long?.slice(2) ?? '');
    throw invalid(file, target, `unknown option ${name}${suggestion(name, names)}`);
  }
  const key = option.attributeName();
  if (command.getOptionValueSource(key) === 'cli') {
    return;
  }
  const folder = dirname(file);
  const located = (text: string) => (PATHS.has(name) ? resolve(folder, text) : text);
  try {
    command.setOptionValueWithSource(key, parsed(option, value, located), 'config');
  } catch (error) {
    throw invalid(file, target, `${name}: ${(error as Error).message}`);
  }
}

/** The value of an option as if the command line had given it. */
function parsed(option: Option, value: unknown, located: (text: string) => string): unknown {
  if (option.isBoolean()) {
    if (typeof value === 'boolean') {
      return value;
    }
    throw new Error('expected true or false');
  }
  const texts = isRecord(value)
    ? Object.entries(value).map(([key, each]) => `${key}=${String(each)}`)
    : [value].flat().map((each) => located(String(each)));
  return texts.reduce<unknown>((previous, text) => {
    const { parseArg } = option;
    return parseArg === undefined ? text : parseArg(text, previous);
  }, option.defaultValue);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(file: string, target: string, reason: string): CommandFailure {
  return new CommandFailure(EXIT_CODES.INPUT, `${file}: target ${target}: ${reason}`);
}
