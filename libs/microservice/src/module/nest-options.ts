import type { FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { isObject, listOf, type Option } from '@nestjs-thrift/transport/internal';

/** Modules that providers come from. */
export const MODULES = listOf(
  imported<NonNullable<ModuleMetadata['imports']>[number]>(
    'a module',
    (value) => typeof value === 'function' || isObject(value),
  ),
);

/** Tokens of what a factory is called with. */
export const INJECTED = listOf(
  imported<NonNullable<FactoryProvider['inject']>[number]>(
    'a provider token',
    (value) => value !== undefined && value !== null,
  ),
);

/** An option that comes from another file, so that `undefined` is mostly of two files that import each other. */
function imported<Given>(allowed: string, isAllowed: (value: unknown) => boolean): Option<Given> {
  return {
    default: undefined,
    allowed,
    read(value, path, problems) {
      if (!isAllowed(value)) {
        const hint = value === undefined ? '; do two files import each other?' : '';
        problems.push(`${path} must be ${allowed}; got ${String(value)}${hint}`);
      }
      return value as Given;
    },
  };
}
