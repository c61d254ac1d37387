// `node scripts/api-report.mjs [--check]`: writes what each entry of each package exports, with all signatures, to
// libs/<package>/api/<entry>.api.md; `--check` compares. A pull request that changes the API thereby shows it to its reviewer.
// Entries for our own packages (`/internal`) have no report. Needs `npm run build` before.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * @typedef {{ file: string; title: string; types: string; folder: string }} Entry
 * @typedef {import('typescript').Symbol} Symbol
 */

const check = process.argv.includes('--check');
const root = fileURLToPath(new URL('..', import.meta.url));
const UNREPORTED = './internal';
const MAX_HIDDEN_LINES = 200;
const printer = ts.createPrinter({ removeComments: true });

/** @type {Entry[]} */
const entries = readdirSync(path.join(root, 'libs')).flatMap((name) => {
  const folder = path.join(root, 'libs', name);
  const { name: title, exports } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  return Object.entries(exports).flatMap(([entry, { types }]) => {
    // Files other than modules, such as package.json, have no types.
    if (entry === UNREPORTED || types === undefined) {
      return [];
    }
    const file = entry === '.' ? 'index' : entry.slice(2).replaceAll('/', '-');
    return {
      file: path.join(folder, 'api', `${file}.api.md`),
      title: `${title}${entry.slice(1)}`,
      types: path.join(folder, types),
      folder: path.join(folder, 'dist'),
    };
  });
});

const program = ts.createProgram({
  rootNames: entries.map(({ types }) => types),
  options: {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  },
});
const checker = program.getTypeChecker();

/** @param {Symbol} symbol */
function resolved(symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/**
 * The declarations of a symbol that the package itself contains, as whole statements.
 *
 * @param {Symbol} symbol
 * @param {string} folder
 */
function ownDeclarations(symbol, folder) {
  return (symbol.declarations ?? [])
    .filter((node) => node.getSourceFile().fileName.startsWith(`${folder}/`))
    .map((node) => (ts.isVariableDeclaration(node) ? node.parent.parent : node))
    .filter((node) => ts.isStatement(node));
}

/**
 * Statements, and those of the same package that they refer to.
 *
 * @param {readonly Symbol[]} exported
 * @param {string} folder
 */
function withReferences(exported, folder) {
  /** @type {Map<Symbol, readonly import('typescript').Statement[]>} */
  const found = new Map();
  const pending = [...exported];
  for (let symbol = pending.pop(); symbol !== undefined; symbol = pending.pop()) {
    if (found.has(symbol)) {
      continue;
    }
    const statements = ownDeclarations(symbol, folder);
    found.set(symbol, statements);
    /** @param {import('typescript').Node} node */
    const visit = (node) => {
      const named = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
      const target = named === undefined ? undefined : resolved(named);
      if (target !== undefined && ownDeclarations(target, folder).length > 0) {
        pending.push(target);
      }
      ts.forEachChild(node, visit);
    };
    statements.forEach(visit);
  }
  return found;
}

/** @param {import('typescript').Statement} statement */
function print(statement) {
  return printer
    .printNode(ts.EmitHint.Unspecified, statement, statement.getSourceFile())
    .replace(/^export (default )?/, '')
    .replace(/^declare /, '');
}

/**
 * The package that declares a symbol.
 *
 * @param {Symbol} symbol
 */
function packageOf(symbol) {
  const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
  const [, own] = /\/libs\/(\w+)\//.exec(file) ?? [];
  const [, installed] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  return own === undefined ? installed : `@nestjs-thrift/${own}`;
}

/**
 * Types that were inferred can be as long as what they stand for; a digest shows that they have changed.
 *
 * @param {string} text
 */
function shortened(text) {
  const lines = text.split('\n');
  if (lines.length <= MAX_HIDDEN_LINES) {
    return text;
  }
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${lines[0]} … ${lines.length} lines, SHA-256 ${digest}`;
}

/** @param {Entry} entry */
function report({ title, types, folder }) {
  const module = checker.getSymbolAtLocation(
    /** @type {import('typescript').SourceFile} */ (program.getSourceFile(types)),
  );
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  const own = new Map(exported.map((symbol) => [resolved(symbol), symbol.name]));
  /** @type {string[]} */
  const lines = [];
  /** @type {string[]} */
  const hidden = [];
  for (const [symbol, statements] of withReferences([...own.keys()], folder)) {
    const name = own.get(symbol);
    const text = statements.map(print).join('\n');
    if (name === undefined) {
      hidden.push(shortened(text));
    } else if (text === '') {
      lines.push(`export { ${name} } from '${packageOf(symbol)}';`);
    } else {
      lines.push(symbol.name === name ? text : `${name} is ${text}`);
    }
  }
  const block = (/** @type {string[]} */ texts) =>
    `\`\`\`ts\n${texts.sort().join('\n\n')}\n\`\`\`\n`;
  return [
    `# API of ${title}\n\nWritten by \`npm run api\`.\n`,
    block(lines),
    ...(hidden.length === 0 ? [] : ['Not exported, but part of the above:\n', block(hidden)]),
  ].join('\n');
}

/** @param {string} file */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @type {string[]} */
const stale = [];
for (const entry of entries) {
  const text = report(entry);
  if (textOf(entry.file) !== text) {
    stale.push(path.relative(root, entry.file));
    if (!check) {
      mkdirSync(path.dirname(entry.file), { recursive: true });
      writeFileSync(entry.file, text);
    }
  }
}
const written = new Set(entries.map(({ file }) => file));
for (const folder of new Set(entries.map(({ file }) => path.dirname(file)))) {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (!written.has(file)) {
      stale.push(path.relative(root, file));
      if (!check) {
        rmSync(file);
      }
    }
  }
}
if (check && stale.length > 0) {
  throw new Error(
    `the API has changed: run npm run clean && npm run build && npm run api, and commit ${stale.join(', ')}`,
  );
}
console.log(stale.length === 0 ? 'reports of the API are up to date' : `wrote ${stale.join(', ')}`);
