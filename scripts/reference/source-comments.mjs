import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from './generated-file.mjs';

/** @param {string} file path from the root of the repository. */
export function parse(file) {
  const text = readFileSync(path.join(root, file), 'utf8');
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/**
 * All nodes of a file, in its order.
 *
 * @param {ts.Node} node
 * @returns {Generator<ts.Node>}
 */
export function* nodesOf(node) {
  yield node;
  for (const child of node.getChildren()) {
    yield* nodesOf(child);
  }
}

/** The comment of a declaration; empty without one. @param {ts.Node} node */
export function docOf(node) {
  return ts.getJSDocCommentsAndTags(node)[0]?.getText() ?? '';
}
