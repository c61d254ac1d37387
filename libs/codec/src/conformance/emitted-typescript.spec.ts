import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import ts from 'typescript';
import { emitFile } from '../../test/engines.js';

const IDL = `
enum Status { ACTIVE = 1 }
struct Empty {}
struct Leaf { 1: required i32 x, 2: optional Status status = Status.ACTIVE }
union Choice { 1: string text, 2: Leaf leaf, 3: list<Choice> choices, 4: bool flag }
exception Failure { 1: required string message, 2: Leaf leaf, 3: optional i32 code = 5 }
struct Tree { 1: list<Tree> children, 2: map<string, Tree> named, 3: map<i64, Tree> numbered, 4: Choice choice }
struct All {
  1: required bool flag, 2: i8 byte, 3: required i16 short, 4: i32 number, 5: required i64 long, 6: double real,
  7: required string text, 8: binary bytes, 9: required uuid id, 10: Status status, 11: list<string> texts,
  12: set<i32> numbers, 13: map<string, i64> counts = {"a": 1}, 14: map<i64, string> names = {5: "five"},
  15: Leaf leaf = {"x": 1}, 16: list<list<set<Leaf>>> grid, 17: map<Leaf, map<string, Choice>> choices,
  18: set<binary> blobs, 19: list<Status> statuses, 20: required Leaf must, 21: Failure failure, 22: Empty empty,
  100: set<i64> longs = [1, 2], 101: set<uuid> ids, 102: map<bool, list<bool>> flags, 200: bool last
}
service Service {
  All call(1: All all, 2: i64 number) throws (1: Failure failure),
  oneway void notify(1: string text (idempotent = "true")),
  void nothing()
}
`;

const STRICTEST: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['@nestjs-thrift/source'],
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
};

it('emits TypeScript that passes the strictest settings in every mode of i64', () => {
  const schema = loadSchemaFromText(IDL);
  const paths = (['bigint', 'number', 'string'] as const).map((i64) =>
    emitFile(schema, { i64, invalidUtf8: i64 === 'string' ? 'error' : 'replace' }),
  );
  const program = ts.createProgram(paths, STRICTEST);
  const problems = paths.flatMap((path) => {
    const source = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => '/',
    getNewLine: () => '\n',
  };
  expect(ts.formatDiagnostics(problems, host)).toBe('');
  for (const path of paths) rmSync(dirname(path), { recursive: true });
}, 120_000);
