import { FBTHRIFT } from '../lexer/lexer.js';
import type { TokenCursor } from './token-cursor.js';

/** Words that begin a definition in fbthrift alone. */
const DEFINITIONS = new Set(['package', 'interaction', 'hs_include']);

/** Containers of fbthrift alone. */
const CONTAINERS = new Set(['stream', 'sink']);

/** Rejects the definition that comes next if it is one of fbthrift. */
export function rejectForeignDefinition(cursor: TokenCursor): void {
  const { token } = cursor;
  if (token.kind === 'identifier' && DEFINITIONS.has(token.text)) {
    cursor.fail(token, `"${token.text}" belongs to ${FBTHRIFT}`);
  }
}

/** Rejects a type of fbthrift whose name was just read. */
export function rejectForeignType(cursor: TokenCursor, name: TokenCursor['token']): void {
  if (CONTAINERS.has(name.text) && cursor.isSymbol('<')) {
    cursor.fail(name, `"${name.text}<…>" belongs to ${FBTHRIFT}`);
  }
}

/** Rejects `performs Interaction;`, whose two words were just read as the type and the name of a method. */
export function rejectPerforms(cursor: TokenCursor, first: TokenCursor['token']): void {
  if (first.text === 'performs' && !cursor.isSymbol('(')) {
    cursor.fail(first, `"performs" belongs to ${FBTHRIFT}`);
  }
}
