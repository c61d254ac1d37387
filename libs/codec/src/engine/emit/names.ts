/** Names of variables in emitted code. Definitions that the code refers to must have other names. */
export const LOCAL_NAMES =
  /^(?:bytes|depth|end|header|id|input|last|memory|out|p|result|set|type|value|view|[a-z]+\d+)$/;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** A property name as written in an object literal; `__proto__` is computed because it would set the prototype. */
export function propertyKey(name: string): string {
  if (name === '__proto__') {
    return `['__proto__']`;
  }
  return IDENTIFIER.test(name) ? name : quote(name);
}

/** Whether every object inherits something by this name, so that reading it does not tell whether it was set. */
export function isInheritedName(name: string): boolean {
  return name in Object.prototype;
}

/** The value of a field, undefined when the object has no such own property. */
export function fieldAccess(object: string, name: string): string {
  const access = IDENTIFIER.test(name) ? `${object}.${name}` : `${object}[${quote(name)}]`;
  if (!isInheritedName(name)) {
    return access;
  }
  return `Object.hasOwn(${object}, ${quote(name)}) ? ${access} : undefined`;
}

/** Text in single quotes. */
export function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  // Line separators are legal in JSON but not in every JavaScript string.
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/**
 * Expression for the path of a value in an error message. `template` is the inside of a template literal: names of the
 * IDL, which need no escapes, and `${…}` for indices and keys.
 */
export function pathText(template: string): string {
  return template.includes('${') ? `\`${template}\`` : `'${template}'`;
}

/** The number that tells a field by wire type and id, in hexadecimal so that both can be seen. */
export function fieldKeyText(wireType: number, id: number): string {
  return `0x${((wireType << 16) | (id & 0xffff)).toString(16).padStart(6, '0')}`;
}
