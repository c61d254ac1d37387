import type { DefinitionSyntax } from '../parser/syntax.js';
import type { DefinitionSchema } from '../schema/schema.js';
import type { FileScope } from './file-scope.js';

/** What every definition carries into the schema. */
export function describeDefinition(scope: FileScope, syntax: DefinitionSyntax): DefinitionSchema {
  const { name, doc, annotations, offset } = syntax;
  const position = scope.source.positionAt(offset);
  return doc === undefined ? { name, annotations, position } : { name, doc, annotations, position };
}
