import type { FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { isObject, listOf, option } from '@nestjs-thrift/transport/internal';

/** Modules that providers come from; one that is missing is mostly of two files that import each other. */
export const MODULES = listOf(
  option<NonNullable<ModuleMetadata['imports']>[number]>(
    'a module',
    (value) => typeof value === 'function' || isObject(value),
  ),
);

/** Tokens of what a factory is called with. */
export const INJECTED = listOf(
  option<NonNullable<FactoryProvider['inject']>[number]>(
    'a provider token',
    (value) => value !== undefined && value !== null,
  ),
);
