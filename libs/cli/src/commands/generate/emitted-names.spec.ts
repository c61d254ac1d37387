import { LOCAL_NAMES } from '@nestjs-thrift/codec/compiler';
import ts from 'typescript';
import { fixture, generated } from '../../../test/support/generate.js';

/** Names of the variables and parameters inside the codecs of a generated file. */
function localNames(text: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    const declares = ts.isParameter(node) || ts.isVariableDeclaration(node);
    if (declares && ts.isIdentifier(node.name)) {
      names.push(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  const source = ts.createSourceFile('generated.ts', text, ts.ScriptTarget.ES2023);
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) {
      continue;
    }
    for (const { type, initializer } of statement.declarationList.declarations) {
      if (type?.getText(source).startsWith('StructCodec<') && initializer) {
        visit(initializer);
      }
    }
  }
  return names;
}

describe('LOCAL_NAMES', () => {
  it('knows the names of all variables in emitted code', () => {
    const texts = generated(fixture('everything.thrift'), 'bigint', 'static').map(
      ({ text }) => text,
    );
    const names = new Set(texts.flatMap(localNames));

    expect([...names]).toEqual(expect.arrayContaining(['value', 'bytes', 'p', 'v1']));
    expect([...names].filter((name) => !LOCAL_NAMES.test(name))).toEqual([]);
  });
});
