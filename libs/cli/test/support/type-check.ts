import { resolve } from 'node:path';
import ts from 'typescript';

/** Everything the type checker can be strict about. */
const STRICTEST: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['@nestjs-thrift/source'],
  types: ['node'],
  noEmit: true,
  declaration: true,
  isolatedDeclarations: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  noUncheckedSideEffectImports: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
  forceConsistentCasingInFileNames: true,
  skipLibCheck: false,
};

/**
 * Makes one program of files. @returns what the strictest type checker finds in some of them, one line each; it reports
 * nothing of what they import.
 */
export function typeChecker(
  folder: string,
  files: readonly string[],
): (files: readonly string[]) => string[] {
  const program = ts.createProgram(
    files.map((file) => resolve(folder, file)),
    STRICTEST,
  );
  return (some) => some.flatMap((file) => problemsIn(program, folder, file));
}

function problemsIn(program: ts.Program, folder: string, file: string): string[] {
  const source = program.getSourceFile(resolve(folder, file));
  if (source === undefined) {
    throw new Error(`${file} is not part of the program`);
  }
  return [
    ...program.getSyntacticDiagnostics(source),
    ...program.getSemanticDiagnostics(source),
    ...program.getDeclarationDiagnostics(source),
  ].map(({ start = 0, messageText }) => {
    const { line } = source.getLineAndCharacterOfPosition(start);
    return `${file}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
