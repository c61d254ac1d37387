import { dirname, resolve } from 'node:path';
import type { Command, Option } from 'commander';
import { readTargets } from '../../connection/targets.js';
import type { CommandIo } from '../../terminal/terminal.js';

/** Declares `complete`, which the scripts of `completion` run. */
export function configure(command: Command, io: CommandIo): void {
  command
    .argument('[words...]', 'the words up to the cursor, the last one as far as it is typed')
    .action(async (words: string[]) => {
      const found = await candidates(words, command.parent!, io);
      io.stdout.write(found.map((each) => `${each}\n`).join(''));
    });
}

/** What the last of the words can become. Nothing where the shell knows better, as for files. */
async function candidates(
  words: readonly string[],
  program: Command,
  io: CommandIo,
): Promise<string[]> {
  const current = words.at(-1) ?? '';
  // A broken IDL or file of targets must not print over the prompt.
  const found = await allCandidates(words.slice(0, -1), current, program, io).catch(() => []);
  return [...new Set(found)].filter((each) => each.startsWith(current)).sort();
}

async function allCandidates(
  before: readonly string[],
  current: string,
  program: Command,
  io: CommandIo,
): Promise<readonly string[]> {
  const [name, ...rest] = before;
  if (name === undefined) {
    return program
      .createHelp()
      .visibleCommands(program)
      .map((each) => each.name());
  }
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) {
    return [];
  }
  const previous = optionOf(rest.at(-1), command);
  if (previous !== undefined && takesValue(previous)) {
    return previous.argChoices ?? [];
  }
  if (current.startsWith('-')) {
    return command.options.filter(({ hidden }) => !hidden).map(({ long }) => long ?? '');
  }
  return argumentCandidates(command, rest, current, io);
}

function optionOf(word: string | undefined, command: Command): Option | undefined {
  return command.options.find(
    ({ long, short }) => word !== undefined && [long, short].includes(word),
  );
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

/** For the next argument: choices, targets for an address, and names of the IDL. */
async function argumentCandidates(
  command: Command,
  words: readonly string[],
  current: string,
  io: CommandIo,
): Promise<readonly string[]> {
  const given: string[] = [];
  const idl: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const option = optionOf(words[index], command);
    if (option === undefined) {
      given.push(words[index]!);
    } else if (takesValue(option)) {
      index += 1;
      if (option.long === '--idl' && words[index] !== undefined) {
        idl.push(words[index]!);
      }
    }
  }
  const argument = command.registeredArguments[given.length];
  switch (argument?.name()) {
    case 'address':
      return Object.keys((await readTargets(io.cwd))?.targets ?? {});
    case 'method':
      return methodNames(
        await methodsOf(idl.length > 0 ? idl : await idlOfTarget(given[0] ?? '', io), io),
        current,
      );
    case 'name':
      return namesIn([given[0] ?? ''], io);
    default:
      return argument?.argChoices ?? [];
  }
}

async function idlOfTarget(name: string, io: CommandIo): Promise<string[]> {
  const file = await readTargets(io.cwd);
  if (file === undefined) {
    return [];
  }
  const idl = [file.targets[name]?.idl ?? []].flat();
  const folder = dirname(file.path);
  return idl.flatMap((path) => (typeof path === 'string' ? [resolve(folder, path)] : []));
}

/** `Service.Method`, or as the word begins: `Service/Method`, or `Method` where no other service has it. */
function methodNames(qualified: readonly string[], current: string): readonly string[] {
  if (current.includes('/')) {
    return qualified.map((name) => name.replace('.', '/'));
  }
  if (current === '') {
    return qualified;
  }
  const bare = qualified.map((name) => name.slice(name.indexOf('.') + 1));
  const isOnly = (name: string) => bare.indexOf(name) === bare.lastIndexOf(name);
  return [...qualified, ...bare.filter(isOnly)];
}

async function methodsOf(idl: readonly string[], io: CommandIo): Promise<string[]> {
  const { methodsOf: methodsIn } = await import('../../idl/find-method.js');
  const { loadIdl } = await import('../../idl/load-idl.js');
  const schema = loadIdl(idl, { include: [] }, io);
  return methodsIn(schema).map(({ service, method }) => `${service.name}.${method.name}`);
}

async function namesIn(idl: readonly string[], io: CommandIo): Promise<string[]> {
  const { loadIdl } = await import('../../idl/load-idl.js');
  const { files } = loadIdl(idl, { include: [] }, io);
  const names = Object.values(files).flatMap(({ services, structs, enums, typedefs, constants }) =>
    [services, structs, enums, typedefs, constants].flatMap((all) => all.map(({ name }) => name)),
  );
  return [...names, ...(await methodsOf(idl, io))];
}
