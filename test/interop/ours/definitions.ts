import path from 'node:path';
import { compileSchema, type ExceptionClass } from '@nestjs-thrift/codec/compiler';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { loadSchema } from '@nestjs-thrift/idl';

const folder = path.resolve(import.meta.dirname, '..');
const compile = (name: string): ReturnType<typeof compileSchema> =>
  compileSchema(loadSchema(path.join(folder, `${name}.thrift`)));
const interop = compile('idl/interop');
const exotic = compile('idl/exotic');
const probe = compile('idl/probe');
const unions = compile('idl/unions');
const shared = compile('idl/shared');
const echo = compile('vectors/echo');

/** The services of the IDL by name. */
export const services: Readonly<Record<string, ServiceDefinition>> = {
  Interop: interop.service('Interop'),
  // Called by the name that servers know, so that only its method is unknown.
  InteropNext: { ...interop.service('InteropNext'), name: 'Interop' },
  Exotic: exotic.service('Exotic'),
  Probe: probe.service('Probe'),
  Unions: unions.service('Unions'),
  LaterUnions: unions.service('LaterUnions'),
  Orders: shared.service('Orders'),
  Stock: shared.service('Stock'),
  Echo: echo.service('Echo'),
};

/** Class of an exception of the services Interop and Echo. */
export function exceptionClass(name: 'NotFound' | 'Denied' | 'MyEx'): ExceptionClass {
  return (name === 'MyEx' ? echo : interop).exception(name);
}
