import path from 'node:path';
import { compileSchema, type ExceptionClass } from '@nestjs-thrift/codec/compiler';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { loadSchema } from '@nestjs-thrift/idl';

const folder = path.resolve(import.meta.dirname, '..');
const schemas = ['idl/interop', 'idl/exotic', 'idl/probe', 'vectors/echo'].map((name) =>
  compileSchema(loadSchema(path.join(folder, `${name}.thrift`))),
);
const [interop, exotic, probe, echo] = schemas as [Compiled, Compiled, Compiled, Compiled];
type Compiled = ReturnType<typeof compileSchema>;

/** The services of the IDL by name. */
export const services: Readonly<Record<string, ServiceDefinition>> = {
  Interop: interop.service('Interop'),
  // Called by the name that servers know, so that only its method is unknown.
  InteropNext: { ...interop.service('InteropNext'), name: 'Interop' },
  Exotic: exotic.service('Exotic'),
  Probe: probe.service('Probe'),
  Echo: echo.service('Echo'),
};

/** Class of an exception of the services Interop and Echo. */
export function exceptionClass(name: 'NotFound' | 'Denied' | 'MyEx'): ExceptionClass {
  return (name === 'MyEx' ? echo : interop).exception(name);
}
