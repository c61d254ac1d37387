import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { kitexTutorial } from './kitex-tutorial.js';
import { arriveWithApplication } from './nest-application.js';
import { Newcomer, type Manager } from './newcomer.js';
import { pathOf, requireMatch, sectionOf, typeAll } from './walk.js';

/** One way in which a user starts. */
export interface Case {
  readonly name: string;
  /** Whether it is part of the gate; the others take too long for it. */
  readonly inGate: boolean;
  readonly run: (newcomer: Newcomer) => Promise<string>;
  readonly manager: Manager;
}

const MAX_COMMANDS = 8;
/** Time of the processor, as the rest depends on the network and on what else runs. */
const MAX_CPU_SECONDS = 60;
/** Types are found without `exports` of package.json, as TypeScript did before it knew them. */
const OLD_RESOLUTION =
  'npx tsc -p tsconfig.build.json --noEmit --module commonjs --moduleResolution node10 --resolvePackageJsonExports false';
const REPLY = /"name":\s*"Ada"/;
const CALL =
  'npx nestjs-thrift call 127.0.0.1:8888 UserService.GetUser user_id=1 --idl idl/user.thrift';

export const CASES: readonly Case[] = [
  ...(['npm', 'pnpm'] as const).flatMap((manager): Case[] => [
    {
      name: `README and tutorial, ${manager}, Nest 12`,
      inGate: manager === 'npm',
      manager,
      run: async (newcomer) => {
        const took = await quickStart(newcomer, 'README.md', 'Quick start');
        await stepByStep(newcomer, 'README.md', 'Step by step', ['Hello, Ada']);
        await tutorial(newcomer);
        return took;
      },
    },
    {
      name: `quick start, ${manager}, Nest 12`,
      inGate: manager === 'npm',
      manager,
      run: async (newcomer) => {
        const took = await quickStart(newcomer, QUICK_START, 'A new application');
        await stepByStep(newcomer, QUICK_START, 'Step by step', ['Hello, Ada']);
        return took;
      },
    },
    ...([11, 12] as const).flatMap((nest): Case[] => [
      {
        name: `nest add, ${manager}, Nest ${nest}`,
        inGate: manager === 'npm' && nest === 11,
        manager,
        run: (newcomer) => nestAdd(newcomer, manager, nest),
      },
      {
        name: `init with IDL, ${manager}, Nest ${nest}`,
        inGate: false,
        manager,
        run: (newcomer) => initWithIdl(newcomer, manager, nest),
      },
    ]),
  ]),
  {
    name: 'tutorial with Kitex, npm, Nest 12',
    inGate: false,
    manager: 'npm',
    run: kitexTutorial,
  },
  {
    name: 'samples/nest11-commonjs, npm',
    inGate: true,
    manager: 'npm',
    run: async (newcomer) => {
      const took = await sample(newcomer, 'samples/nest11-commonjs', '--nest 11');
      await newcomer.stop();
      await newcomer.type(OLD_RESOLUTION);
      return took;
    },
  },
  {
    name: 'samples/nest12-esm, pnpm',
    inGate: true,
    manager: 'pnpm',
    run: (newcomer) => sample(newcomer, 'samples/nest12-esm', '--nest 12'),
  },
];

const QUICK_START = 'docs/start/quick-start.md';
const TUTORIAL = 'docs/tutorials/serve-thrift.md';

/** From an empty folder to the first reply, by the commands of a page. */
async function quickStart(newcomer: Newcomer, page: string, heading: string): Promise<string> {
  requireMatch(await typeAll(newcomer, sectionOf(page, heading)), REPLY);
  const { seconds, cpuSeconds, commands } = newcomer;
  await newcomer.stop();
  if (commands.length > MAX_COMMANDS) {
    throw new Error(`the first reply needs ${commands.length} commands: ${commands.join('; ')}`);
  }
  if (cpuSeconds > MAX_CPU_SECONDS) {
    throw new Error(`the first reply needs ${cpuSeconds.toFixed(0)} s of processor time`);
  }
  return `first reply after ${commands.length} commands, ${seconds.toFixed(0)} s, ${cpuSeconds.toFixed(0)} s of processor time without the start`;
}

/** Types and writes what a page shows, in an application; then builds and runs its `main.ts`. */
async function stepByStep(
  newcomer: Newcomer,
  page: string,
  heading: string,
  printed: readonly string[],
): Promise<void> {
  rmSync(join(newcomer.folder, 'src'), { recursive: true });
  const snippets = sectionOf(page, heading);
  const code = snippets.filter(({ language }) => language === 'ts');
  for (const snippet of snippets) {
    if (snippet.language === 'thrift') {
      newcomer.write(pathOf(snippet)!, snippet.code);
    }
    // A call from the terminal needs a server; the code of the page ends by itself.
    if (snippet.language === 'sh' && !snippet.code.includes('nestjs-thrift call')) {
      await typeAll(newcomer, [snippet]);
    }
  }
  newcomer.write('src/main.ts', code.map((snippet) => snippet.code).join('\n'));
  await newcomer.type('npx nest build');
  const output = await newcomer.type('node dist/main.js');
  for (const line of printed) {
    requireMatch(output, line);
  }
}

async function tutorial(newcomer: Newcomer): Promise<void> {
  const title = readFileSync(TUTORIAL, 'utf8').split('\n')[0]!.slice('# '.length);
  await stepByStep(newcomer, TUTORIAL, title, ['Ada', 'true 7n']);
}

/** An application of the Nest command line, and what the quick start says for one. */
async function nestAdd(newcomer: Newcomer, manager: Manager, nest: 11 | 12): Promise<string> {
  await arriveWithApplication(newcomer, manager, nest);
  let output: string;
  if (manager === 'pnpm' && nest === 11) {
    // Nest CLI 11 takes the first output of pnpm for the end of the installation.
    await newcomer.type('npm install @nestjs-thrift/microservice');
    output = await newcomer.type('npx nest add --skip-install @nestjs-thrift/microservice');
  } else {
    output = await typeAll(newcomer, sectionOf(QUICK_START, 'An application that exists'));
  }
  requireMatch(output, 'updated src/app.module.ts');
  return buildTestAndCall(newcomer);
}

/** The IDL of the sample, with streams and oneway methods: a server and a client of it compile, and their tests pass. */
async function initWithIdl(newcomer: Newcomer, manager: Manager, nest: 11 | 12): Promise<string> {
  await arriveWithApplication(newcomer, manager, nest);
  cpSync('apps/idl', join(newcomer.folder, 'idl'), { recursive: true });
  for (const argv of ['--service ChatService', '--service UserService --client']) {
    await newcomer.type(`npx @nestjs-thrift/cli init ${argv}`);
  }
  await newcomer.type('npm run build');
  await newcomer.type('npm test');
  return 'a server and a client of the IDL compile';
}

/** A sample is what `init` writes, byte for byte; and it works. */
async function sample(newcomer: Newcomer, folder: string, options: string): Promise<string> {
  await newcomer.type(`npx @nestjs-thrift/cli init ${options}`);
  const files = globSync(['**/*'], { cwd: folder, dot: true, ignore: SAMPLE_IGNORED });
  const made = globSync(['**/*'], { cwd: newcomer.folder, dot: true, ignore: SAMPLE_IGNORED });
  const differing = [...new Set([...files, ...made])].filter(
    (file) =>
      !files.includes(file) ||
      !made.includes(file) ||
      readFileSync(join(folder, file), 'utf8') !== newcomer.asDocumented(file),
  );
  if (differing.length > 0) {
    throw new Error(
      `${folder} is not what init ${options} writes: ${differing.sort().join(', ')}; run npm run samples`,
    );
  }
  return buildTestAndCall(newcomer);
}

const SAMPLE_IGNORED = [
  'node_modules/**',
  'dist/**',
  '*lock*',
  'README.md',
  'tsconfig.build.tsbuildinfo',
];

async function buildTestAndCall(newcomer: Newcomer): Promise<string> {
  await newcomer.type('npm run build');
  await newcomer.type('npm test');
  await newcomer.type('npm run thrift:check');
  await newcomer.type('npm start');
  requireMatch(await newcomer.type(CALL), REPLY);
  return `built, tested and called in ${newcomer.seconds.toFixed(0)} s`;
}
