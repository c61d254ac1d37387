import { join, posix } from 'node:path';
import { globSync } from 'tinyglobby';
import { readFileSync } from 'node:fs';
import {
  addToModule,
  projectTypeScript,
  rootModuleOf,
  startInMain,
  type SourceEdit,
} from './edit-source.js';
import { readDiskFile } from '../../idl/load-idl.js';
import { TRANSFORM_IGNORE } from './manifest.js';
import type { Project } from './project.js';
import { forRoot, type FileContext, type TextFile } from './templates.js';

/** What was done to the files of an application, and what is left to its owner. */
export interface ExistingEdits {
  readonly changed: readonly TextFile[];
  readonly kept: readonly string[];
  /** What to add to which file, each with the reason. */
  readonly open: readonly string[];
}

/** Adds the module to the root module, and the start of the server to `main.ts`. */
export function editExisting(
  project: Project,
  { service, extension }: FileContext,
  isClient: boolean,
  cwd: string,
): ExistingEdits {
  const { sourceRoot } = project;
  const typescript = projectTypeScript(cwd);
  const main = posix.join(sourceRoot, 'main.ts');
  const mainText = readDiskFile(join(cwd, main));
  const root =
    typescript === undefined || mainText === undefined
      ? undefined
      : rootModuleOf(typescript, mainText);
  const rootFile = posix.join(sourceRoot, `${root ?? './app.module'}.ts`);
  const moduleName = `${service.baseName}ThriftModule`;
  const folder = posix.relative(posix.dirname(rootFile), posix.join(sourceRoot, 'thrift'));
  const importPath = `${folder.startsWith('.') ? folder : `./${folder}`}/${service.fileName}.module${extension}`;
  const isConfigured = configuresThrift(join(cwd, sourceRoot));
  const elements = [...(isConfigured ? [] : [forRoot(isClient)]), moduleName];
  const thrift = { name: 'ThriftModule', from: '@nestjs-thrift/microservice' };
  const imports = [...(isConfigured ? [] : [thrift]), { name: moduleName, from: importPath }];
  const edits = new Edits(cwd);
  edits.add(
    rootFile,
    `add ${elements.join(' and ')} to "imports" of the root module, from ${imports.map(({ from }) => `'${from}'`).join(' and ')}`,
    (text) => elements.every((element) => text.includes(element)),
    (text) => typescript && addToModule(typescript, text, elements, imports),
  );
  if (!isClient) {
    edits.add(
      main,
      `call ThriftModule.connect(app) and await app.startAllMicroservices() before app.listen()`,
      (text) => /ThriftModule\.(connect|microservice)\(/.test(text),
      (text) => typescript && startInMain(typescript, text, [thrift]),
    );
  }
  if (project.modules === 'CommonJS' && project.testRunner === 'jest') {
    edits.requireJestTransform(project.manifestText);
  }
  return edits;
}

/** Edits of files, tried one after the other. */
class Edits implements ExistingEdits {
  readonly #cwd: string;

  readonly changed: TextFile[] = [];
  readonly kept: string[] = [];
  readonly open: string[] = [];

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  add(
    path: string,
    todo: string,
    isDone: (text: string) => boolean,
    edit: (text: string) => SourceEdit | undefined,
  ): void {
    const text = readDiskFile(join(this.#cwd, path));
    if (text !== undefined && isDone(text)) {
      this.kept.push(path);
      return;
    }
    const outcome: SourceEdit =
      text === undefined ? { refused: 'it does not exist' } : (edit(text) ?? NO_TYPESCRIPT);
    if ('text' in outcome) {
      this.changed.push({ path, text: outcome.text });
    } else {
      this.open.push(`${path} was not changed, because ${outcome.refused}: ${todo}`);
    }
  }

  /** Settings that are code, or that exist with other patterns, are not edited. */
  requireJestTransform(manifestText: string): void {
    const isInManifest = 'jest' in (JSON.parse(manifestText) as object);
    const [file = 'package.json'] = globSync(JEST_CONFIGS, { cwd: this.#cwd });
    const text = isInManifest ? manifestText : (readDiskFile(this.#cwd, file) ?? '');
    const isOpen = isInManifest ? text.includes('transformIgnorePatterns') : true;
    if (isOpen && !text.includes('@nestjs-thrift|cockatiel')) {
      this.open.push(
        `${isInManifest ? 'package.json' : file}: let jest transform ES modules with transformIgnorePatterns ['${TRANSFORM_IGNORE}']; ${COMMONJS_GUIDE}`,
      );
    }
  }
}

/** Where jest is configured apart from package.json. */
const JEST_CONFIGS = ['jest.config.{js,ts,mjs,cjs,mts,cts,json}'];

const COMMONJS_GUIDE = 'https://nestjs-thrift.github.io/nestjs-thrift/guides/commonjs';

const NO_TYPESCRIPT = { refused: 'TypeScript is not installed, or has no compiler API' };

/** Whether a module calls `ThriftModule.forRoot`, which an application does once. */
function configuresThrift(folder: string): boolean {
  return globSync(['**/*.ts'], { cwd: folder, ignore: ['**/*spec.ts', '**/node_modules/**'] }).some(
    (file) => /ThriftModule\.forRoot(Async)?\(/.test(readFileSync(join(folder, file), 'utf8')),
  );
}
