import { propertyOfMethod } from '@nestjs-thrift/codec/compiler';
import type { Annotations } from '@nestjs-thrift/idl';

/** A string literal. */
export function quote(text: string): string {
  const body = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${body}'`;
}

/** A property key in a type: quoted only where it has to be. */
export function typeKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

/** The key of a method in the type of a client or handler; a bare `new` would declare a constructor. */
export function methodKey(method: string): string {
  const name = propertyOfMethod(method);
  return name === 'new' ? quote(name) : typeKey(name);
}

/** A property key in an object literal or class, where a bare `__proto__` or `constructor` means something else. */
export function valueKey(name: string): string {
  return name === '__proto__' || name === 'constructor' ? `[${quote(name)}]` : typeKey(name);
}

/** The property `annotations` of an object literal, to be one of its members; nothing if there are none. */
export function annotationsProperty(annotations: Annotations): string[] {
  const entries = Object.entries(annotations).map(
    ([key, values]) =>
      `${key === '__proto__' ? valueKey(key) : typeKey(key)}: [${values.map(quote).join(', ')}]`,
  );
  return entries.length === 0 ? [] : [`annotations: { ${entries.join(', ')} }`];
}

/** Reads a property. */
export function propertyAccess(target: string, name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${target}.${name}` : `${target}[${quote(name)}]`;
}

/** Reads a property that may be absent, past the one of the same name that every object inherits. */
export function ownPropertyAccess(target: string, name: string): string {
  const access = propertyAccess(target, name);
  if (!(name in Object.prototype)) {
    return access;
  }
  return `(Object.hasOwn(${target}, ${quote(name)}) ? ${access} : undefined)`;
}
