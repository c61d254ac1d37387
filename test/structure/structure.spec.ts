import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import ts from 'typescript';

/** Exports of a package's index; lower a ceiling when an index shrinks, raise it only with a reason in the commit. */
const EXPORT_CEILINGS: Readonly<Record<string, number>> = {
  apache: 2,
  cli: 5,
  codec: 15,
  codegen: 9,
  gateway: 14,
  governance: 68,
  // Streams that are open are part of the diagnosis.
  health: 18,
  idl: 58,
  // Streams: their context, what handlers and callers hold, their errors and helpers. Observers of the container.
  microservice: 122,
  // Fields of log lines of streams.
  telemetry: 15,
  // Streams: stubs, contexts and faults.
  testing: 35,
  // Streams: what handlers and callers hold, their errors, and what observers see.
  transport: 61,
};
const MAX_LINES = 300;
/** Files that are longer today, with their lines as ceilings: they may only shrink. */
const LONGER_FILES: Readonly<Record<string, number>> = {
  'libs/transport/src/connection/client-connection.ts': 332,
  // A connection that carries streams takes over from one that carries calls.
  'libs/transport/src/server/server-connection.ts': 369,
  // The states of a stream, in one place.
  'libs/transport/src/stream/outgoing-stream.ts': 321,
};
const MIN_LINES = 25;
/** Share of a package's files that may be shorter than {@link MIN_LINES}. */
const MAX_SHORT_SHARE = 0.05;
/** Shared scaffolding of a kind where one file each is the order that a reader expects. */
const OFTEN_SHORT = /\/lint\/rules\/|\/errors\/[^/]+\.error\.ts$|\/index\.ts$/;

const packages = globSync('libs/*/package.json').map((path) => path.split('/')[1]!);

function sourcesOf(name: string): string[] {
  return globSync(`libs/${name}/src/**/*.ts`).filter((path) => !path.endsWith('spec.ts'));
}

function linesOf(path: string): number {
  return readFileSync(path, 'utf8').trimEnd().split('\n').length;
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true);
}

/** Names that a file exports; those behind a `*` count too. */
function exportedNames(file: string): string[] {
  return parse(file).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) {
      return declaredExports(statement);
    }
    const { exportClause: clause, moduleSpecifier } = statement;
    if (clause !== undefined) {
      return ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : [];
    }
    const { text } = moduleSpecifier as ts.StringLiteral;
    return exportedNames(join(dirname(file), text.replace(/\.js$/, '.ts')));
  });
}

function declaredExports(statement: ts.Statement): string[] {
  const isExported =
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (!isExported) {
    return [];
  }
  return ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.getText())
    : [(statement as ts.DeclarationStatement).name?.getText() ?? 'default'];
}

/**
 * Members that use the keyword `private` where `#` is the style. Left out: constructors, which cannot have a `#`, and the parameter
 * properties of decorated classes, through which Nest injects.
 */
function privateKeywords(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isPrivate(node) && !isInjected(node)) {
      found.push(`${path}: ${(node as ts.NamedDeclaration).name?.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(path));
  return found;
}

function isPrivate(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    !ts.isConstructorDeclaration(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)
  );
}

function isInjected(node: ts.Node): boolean {
  return (
    ts.isParameter(node) &&
    ts.isClassLike(node.parent.parent) &&
    (ts.getDecorators(node.parent.parent) ?? []).length > 0
  );
}

describe('structure of the packages', () => {
  it.each(packages)('%s exports no more names from its index than its ceiling', (name) => {
    const names = exportedNames(join('libs', name, 'src/index.ts'));

    expect(names.length).toBeLessThanOrEqual(EXPORT_CEILINGS[name] ?? 0);
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(packages)('%s has no source file above its ceiling of lines', (name) => {
    const isTooLong = (path: string) => linesOf(path) > (LONGER_FILES[path] ?? MAX_LINES);

    expect(sourcesOf(name).filter(isTooLong)).toEqual([]);
  });

  it.each(packages)('%s keeps files of less than 25 lines below a twentieth', (name) => {
    const sources = sourcesOf(name).filter((path) => !OFTEN_SHORT.test(path));
    const short = sources.filter((path) => linesOf(path) < MIN_LINES);

    expect(short.map((path) => basename(path)).length).toBeLessThanOrEqual(
      Math.ceil(sources.length * MAX_SHORT_SHARE),
    );
  });

  it('hides members with # instead of the keyword private', () => {
    const sources = globSync(['{libs,apps,test,bench,scripts}/**/*.ts'], {
      ignore: ['**/{node_modules,dist,gen,.cache}/**'],
    });

    expect(sources.flatMap(privateKeywords)).toEqual([]);
  });
});
