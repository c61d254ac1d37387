import type { StructShape, TypeShape } from '@nestjs-thrift/codec/compiler';
import { parseJson } from '@nestjs-thrift/codec/json';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';

/** JSON as it is built; leaves may be what the parser makes. */
type Node = Record<string, unknown> | unknown[];

const FORM = /^([^=\s][^=]*)=([^]*)$/;
const PATH = /^[\w$]+(?:\.[\w$-]+|\[[^\]]*\])*$/;
const SEGMENT = /(?:^|\.)([\w$-]+)|\[([^\]]*)\]/g;

/** Whether all arguments have the form `path=value`. */
export function isShorthand(words: readonly string[]): boolean {
  return words.length > 0 && words.every((word) => PATH.test(FORM.exec(word)?.[1] ?? ''));
}

/**
 * The JSON that `user_id=1 tags[]=a address.city=Rome` stands for. `a.b` is a field or a key of a map, `a[]` the next element of a
 * list, `a[0]` one of them, `a[key]` a key with any characters. The type of the IDL decides what a value is: text for strings,
 * else JSON.
 *
 * @throws CommandFailure for a value that cannot be read
 */
export function payloadFromShorthand(
  words: readonly string[],
  args: Pick<StructShape, 'fields'>,
): unknown {
  const root: Record<string, unknown> = {};
  const start = rootOf(args);
  for (const word of words) {
    const [, path = '', text = ''] = FORM.exec(word) ?? [];
    const segments = Array.from(path.matchAll(SEGMENT), ([, name, index]) => name ?? index!);
    const isAppend = path.endsWith('[]');
    put(root, segments, isAppend, text, start.type, path);
  }
  return start.only === undefined ? root : valueOfOnly(root, start.only);
}

/** @throws CommandFailure for other names than that of the only parameter */
function valueOfOnly(root: Record<string, unknown>, only: string): unknown {
  const stray = Object.keys(root).find((name) => name !== only);
  if (stray !== undefined) {
    throw unusable(`${stray} must be left out: the only parameter is ${only}`);
  }
  return root[only];
}

/** What the first segment of a path is a field of, and the only parameter where it is not a struct. */
function rootOf({ fields }: Pick<StructShape, 'fields'>): {
  readonly type: Pick<StructShape, 'fields'>;
  readonly only?: string;
} {
  const [only] = fields;
  if (fields.length !== 1 || only === undefined) {
    return { type: { fields } };
  }
  return 'fields' in only.type ? { type: only.type } : { type: { fields }, only: only.name };
}

function put(
  root: Node,
  segments: readonly string[],
  isAppend: boolean,
  text: string,
  owner: Pick<StructShape, 'fields'>,
  path: string,
): void {
  let node: Node = root;
  let type: TypeShape | Pick<StructShape, 'fields'> | undefined = owner;
  for (const [index, segment] of segments.entries()) {
    const child: TypeShape | undefined = type && childType(type, segment);
    const isLast = index === segments.length - 1;
    const key = keyIn(node, segment, path);
    if (isLast) {
      set(node, key, valueOf(text, child, path));
    } else {
      node = childNode(node, key, isAppend && index === segments.length - 2, child, path);
    }
    type = child;
  }
}

function keyIn(node: Node, segment: string, path: string): string | number {
  if (!Array.isArray(node)) {
    return segment;
  }
  const index = segment === '' ? node.length : Number(segment);
  if (!Number.isInteger(index) || index < 0 || index > node.length) {
    throw unusable(`${path}: "${segment}" is not the index of an element or of the next one`);
  }
  return index;
}

function childNode(
  node: Node,
  key: string | number,
  isList: boolean,
  type: TypeShape | undefined,
  path: string,
): Node {
  // Not what a prototype has under that name.
  if (!Object.hasOwn(node, key)) {
    const made: Node = isList || type?.kind === 'list' || type?.kind === 'set' ? [] : {};
    set(node, key, made);
    return made;
  }
  const present = (node as Record<string | number, unknown>)[key];
  if (typeof present !== 'object' || present === null) {
    throw unusable(`${path}: a part of the path has a value already`);
  }
  return present as Node;
}

function set(node: Node, key: string | number, value: unknown): void {
  Object.defineProperty(node, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function childType(
  type: TypeShape | Pick<StructShape, 'fields'>,
  segment: string,
): TypeShape | undefined {
  if ('fields' in type) {
    return type.fields.find(({ name }) => name === segment)?.type;
  }
  switch (type.kind) {
    case 'list':
    case 'set':
      return type.element;
    case 'map':
      return type.value;
    default:
      return undefined;
  }
}

/**
 * Text where the IDL requires text, else JSON; an i64 and a number for an enum stay as they are written. A template of `bench`, which
 * no JSON begins with, stays text.
 */
function valueOf(text: string, type: TypeShape | undefined, path: string): unknown {
  if (text.startsWith('{{')) {
    return text;
  }
  switch (type?.kind) {
    case 'string':
    case 'binary':
    case 'uuid':
      return text;
    case 'enum':
      return /^-?\d+$/.test(text) ? parseJson(text) : text;
    case undefined:
      return text;
    default:
      try {
        return parseJson(text, { relaxed: true });
      } catch (error) {
        throw unusable(`${path}: ${(error as Error).message}`);
      }
  }
}

function unusable(message: string): CommandFailure {
  return new CommandFailure(EXIT_CODES.INPUT, message);
}
