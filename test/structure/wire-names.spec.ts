import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOLS } from '@nestjs-thrift/codec/wire';
import { FRAMINGS } from '@nestjs-thrift/transport/wire';
import { globSync } from 'tinyglobby';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');

/** The tables with their types, the own files of a protocol, and the defaults of options. */
const EDGES = [
  'libs/cli/src/probe/choose-dialect.ts',
  'libs/cli/src/probe/detect-dialect.ts',
  'libs/codec/src/definition/service-definition.ts',
  'libs/codec/src/protocol/protocol.ts',
  'libs/transport/src/connection/client-options.ts',
  'libs/transport/src/wire/framing/framing.ts',
];

/** `binary` is a type of the IDL, too; as a protocol it is recognised by what it is compared with. */
const NAMES = new Set<string>([...Object.keys(FRAMINGS), ...Object.keys(PROTOCOLS)]);
NAMES.delete('binary');
/** Files without a match need not be parsed. */
const CANDIDATE = new RegExp(
  `['"\`](${[...NAMES].join('|')})['"\`]|protocol.*[!=]==|[!=]==.*protocol`,
  'i',
);

function namesIn(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  if (!CANDIDATE.test(text)) {
    return [];
  }
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && NAMES.has(node.text)) {
      found.push(node.text);
    }
    if (ts.isBinaryExpression(node) && comparesProtocol(node)) {
      found.push(node.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

function comparesProtocol({ left, right, operatorToken }: ts.BinaryExpression): boolean {
  const sides = [left, right];
  return (
    /^[!=]==?$/.test(operatorToken.getText()) &&
    sides.some((side) => ts.isStringLiteralLike(side)) &&
    sides.some((side) => /protocol(\.name)?$/i.test(side.getText()))
  );
}

describe('names of framings and protocols', () => {
  it('occur in the code of the packages at the edges alone', () => {
    const files = globSync('libs/*/src/**/*.ts', { cwd: ROOT, ignore: ['**/*.spec.ts'] });
    expect(files.length).toBeGreaterThan(300);
    const named = files.filter((file) => namesIn(file).length > 0).toSorted();
    expect(named).toEqual(EDGES);
  });
});
