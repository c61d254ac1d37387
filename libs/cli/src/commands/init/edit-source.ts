import { createRequire } from 'node:module';
import { join } from 'node:path';
import type ts from 'typescript';

/** A name that a file imports. */
export interface WantedImport {
  readonly name: string;
  readonly from: string;
}

/** The changed text of a file, or why it is not changed. */
export type SourceEdit = { readonly text: string } | { readonly refused: string };

type TypeScript = typeof ts;

/** An insertion into a text. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** The TypeScript of the project; none where it is not installed, or is a version without an API. */
export function projectTypeScript(cwd: string): TypeScript | undefined {
  try {
    const found = createRequire(join(cwd, 'package.json'))('typescript') as TypeScript;
    return typeof found.createSourceFile === 'function' ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Adds elements to `imports` of the only module of a file, with what they need to import. */
export function addToModule(
  typescript: TypeScript,
  text: string,
  elements: readonly string[],
  wanted: readonly WantedImport[],
): SourceEdit {
  const source = parse(typescript, text);
  const missing = elements.filter((element) => !text.includes(element));
  const [metadata, ...others] = moduleMetadata(typescript, source);
  if (metadata === undefined || others.length > 0) {
    return { refused: 'it does not have exactly one class with @Module({ … })' };
  }
  const imports = metadata.properties.find(
    (property) => property.name !== undefined && property.name.getText(source) === 'imports',
  );
  const insertion =
    imports === undefined
      ? newProperty(source, metadata, missing)
      : intoArray(typescript, source, imports, missing);
  return insertion === undefined
    ? { refused: 'its imports are not a list of modules' }
    : { text: applied(text, [...importInsertions(typescript, source, wanted), insertion]) };
}

/** Starts the server of Thrift before the HTTP server of `main.ts` listens. */
export function startInMain(
  typescript: TypeScript,
  text: string,
  wanted: readonly WantedImport[],
): SourceEdit {
  const source = parse(typescript, text);
  const applications = nodesOf(typescript, source, typescript.isVariableDeclaration).filter(
    ({ initializer }) =>
      /^(await\s+)?NestFactory\.create(<[^(]*>)?\(/.test(initializer?.getText(source) ?? ''),
  );
  const [application] = applications;
  if (applications.length !== 1 || application === undefined) {
    return { refused: 'it does not have exactly one NestFactory.create()' };
  }
  const name = application.name.getText(source);
  const listens = nodesOf(typescript, source, typescript.isExpressionStatement).find((statement) =>
    statement.expression.getText(source).startsWith(`await ${name}.listen(`),
  );
  if (listens === undefined) {
    return { refused: `it has no statement "await ${name}.listen(…)"` };
  }
  const at = listens.getStart(source);
  const { end, indent } = styleAt(text, at);
  const lines = [`ThriftModule.connect(${name})`, `await ${name}.startAllMicroservices()`];
  const insertion = { at, text: lines.map((line) => `${line}${end}${indent}`).join('') };
  return { text: applied(text, [...importInsertions(typescript, source, wanted), insertion]) };
}

/** The file that the root module of `main.ts` is imported from, without its extension. */
export function rootModuleOf(typescript: TypeScript, text: string): string | undefined {
  const [, name] = /NestFactory\.create\w*(?:<[^(]*>)?\(\s*(\w+)/.exec(text) ?? [];
  const source = parse(typescript, text);
  const found = source.statements
    .filter(typescript.isImportDeclaration)
    .find(({ importClause }) => {
      const bindings = importClause?.namedBindings;
      return (
        bindings !== undefined &&
        typescript.isNamedImports(bindings) &&
        bindings.elements.some((element) => element.name.text === name)
      );
    });
  const from = (found?.moduleSpecifier as ts.StringLiteral | undefined)?.text;
  return from?.startsWith('.') ? from.replace(/\.[jt]s$/, '') : undefined;
}

function parse(typescript: TypeScript, text: string): ts.SourceFile {
  return typescript.createSourceFile('file.ts', text, typescript.ScriptTarget.Latest, true);
}

function nodesOf<Node extends ts.Node>(
  typescript: TypeScript,
  root: ts.Node,
  is: (node: ts.Node) => node is Node,
): Node[] {
  const found: Node[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) {
      found.push(node);
    }
    typescript.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

/** The arguments of all `@Module({ … })`. */
function moduleMetadata(
  typescript: TypeScript,
  source: ts.SourceFile,
): ts.ObjectLiteralExpression[] {
  return nodesOf(typescript, source, typescript.isDecorator).flatMap(({ expression }) => {
    if (
      !typescript.isCallExpression(expression) ||
      expression.expression.getText(source) !== 'Module'
    ) {
      return [];
    }
    const [metadata] = expression.arguments;
    return metadata !== undefined && typescript.isObjectLiteralExpression(metadata)
      ? [metadata]
      : [];
  });
}

function newProperty(
  source: ts.SourceFile,
  metadata: ts.ObjectLiteralExpression,
  elements: readonly string[],
): Insertion {
  const [first] = metadata.properties;
  const property = `imports: [${elements.join(', ')}]`;
  if (first === undefined) {
    return { at: metadata.getStart(source) + 1, text: ` ${property} ` };
  }
  const at = first.getStart(source);
  const isOneLine = !metadata.getText(source).includes('\n');
  const { eol, indent } = styleAt(source.text, at);
  return { at, text: `${property},${isOneLine ? ' ' : `${eol}${indent}`}` };
}

function intoArray(
  typescript: TypeScript,
  source: ts.SourceFile,
  property: ts.ObjectLiteralElementLike,
  elements: readonly string[],
): Insertion | undefined {
  if (
    !typescript.isPropertyAssignment(property) ||
    !typescript.isArrayLiteralExpression(property.initializer)
  ) {
    return undefined;
  }
  const present = property.initializer.elements;
  const last = present.at(-1);
  if (last === undefined) {
    return { at: property.initializer.getStart(source) + 1, text: elements.join(', ') };
  }
  const start = last.getStart(source);
  const { eol, indent } = styleAt(source.text, start);
  const isOwnLine = source.text.slice(0, start).endsWith(`\n${indent}`);
  const between = isOwnLine ? `,${eol}${indent}` : ', ';
  return { at: last.getEnd(), text: elements.map((element) => `${between}${element}`).join('') };
}

/** Imports behind those of the file, for names that it does not import yet. */
function importInsertions(
  typescript: TypeScript,
  source: ts.SourceFile,
  wanted: readonly WantedImport[],
): Insertion[] {
  const declarations = source.statements.filter(typescript.isImportDeclaration);
  const imported = new Set(
    nodesOf(typescript, source, typescript.isImportSpecifier).map(({ name }) => name.text),
  );
  const missing = wanted.filter(({ name }) => !imported.has(name));
  const { eol, end, quote } = styleAt(source.text, 0);
  const lines = missing.map(
    ({ name, from }) => `import { ${name} } from ${quote}${from}${quote}${end.trimEnd()}`,
  );
  const last = declarations.at(-1);
  if (missing.length === 0) {
    return [];
  }
  return last === undefined
    ? [{ at: 0, text: `${lines.join(eol)}${eol}` }]
    : [{ at: last.getEnd(), text: lines.map((line) => `${eol}${line}`).join('') }];
}

/** How a file is written: line ends, semicolons, quotes, and the indentation of a place. */
function styleAt(
  text: string,
  at: number,
): { readonly eol: string; readonly end: string; readonly quote: string; readonly indent: string } {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const [line = ''] = /^import .*$/m.exec(text) ?? [];
  const quote = line.includes('"') ? '"' : "'";
  const semicolon = line === '' || line.trimEnd().endsWith(';') ? ';' : '';
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const [indent = ''] = /^[ \t]*/.exec(text.slice(lineStart, at)) ?? [];
  return { eol, end: `${semicolon}${eol}`, quote, indent };
}

function applied(text: string, insertions: readonly Insertion[]): string {
  return insertions
    .toSorted((left, right) => right.at - left.at)
    .reduce((edited, { at, text: added }) => edited.slice(0, at) + added + edited.slice(at), text);
}
