import { resolve } from 'node:path';
import ts from 'typescript';
import { documentationFiles, snippetsOf } from './markdown.js';

/** Snippets are compiled as files of the sample service, next to its generated code. */
const folder = resolve('apps/user-service/src');
const contracts = resolve('apps/contracts/src');

const moduleSource: ts.CreateSourceFileOptions = {
  languageVersion: ts.ScriptTarget.ES2023,
  impliedNodeFormat: ts.ModuleKind.ESNext,
};

interface Module {
  readonly path: string;
  readonly file: string;
  /** For each line of the module, the line of the Markdown file it came from. */
  readonly lines: readonly number[];
  readonly text: string;
}

function modulesOf(file: string): Module[] {
  const modules: { lines: number[]; texts: string[] }[] = [];
  for (const snippet of snippetsOf(file, ['ts', 'typescript'])) {
    const previous = modules.at(-1);
    const target =
      snippet.continued && previous !== undefined ? previous : { lines: [], texts: [] };
    if (target !== previous) {
      modules.push(target);
    }
    const codeLines = snippet.code.split('\n');
    target.texts.push(...codeLines);
    target.lines.push(...codeLines.map((_, index) => snippet.line + index));
  }
  const stem = file.replaceAll(/[^\w]/g, '-');
  return modules.map(({ lines, texts }, index) => ({
    path: resolve(folder, `${stem}-${index}.snippet.ts`),
    file,
    lines,
    text: `${texts.join('\n')}\nexport {};\n`,
  }));
}

function diagnose(modules: readonly Module[]): string[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const { config } = ts.readConfigFile(resolve('tsconfig.json'), (path) => ts.sys.readFile(path));
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, resolve('.'));
  const options: ts.CompilerOptions = {
    ...parsed.options,
    noEmit: true,
    noUnusedLocals: false,
    rootDirs: [folder, contracts],
  };
  const host = ts.createCompilerHost(options);
  const onDisk = ts.createCompilerHost(options);
  host.fileExists = (path) => byPath.has(path) || onDisk.fileExists(path);
  host.readFile = (path) => byPath.get(path)?.text ?? onDisk.readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const module = byPath.get(path);
    return module === undefined
      ? onDisk.getSourceFile(path, ...rest)
      : ts.createSourceFile(path, module.text, moduleSource, true);
  };
  const program = ts.createProgram([...byPath.keys()], options, host);
  return [...byPath.values()].flatMap((module) => {
    const source = program.getSourceFile(module.path);
    return ts.getPreEmitDiagnostics(program, source).map((diagnostic) => {
      const at = source?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
      const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
      return `${module.file}:${module.lines[at] ?? '?'} ${text}`;
    });
  });
}

describe('TypeScript in the documentation', () => {
  it('type-checks, block by block', () => {
    const modules = documentationFiles().flatMap(modulesOf);
    expect(modules.length).toBeGreaterThan(0);
    expect(diagnose(modules)).toEqual([]);
  }, 120_000);
});
