/**
 * A copy of a value that JSON can carry, as the JSON mapping of Thrift values of this project:
 *
 * | value | JSON |
 * | --- | --- |
 * | bigint (i64) | string of decimal digits, however small: one field has one type |
 * | Map with keys of a base type | object; keys as their text |
 * | Map with other keys | array of `[key, value]` |
 * | Set | array |
 * | Buffer and other bytes | base64 |
 * | object with `toJSON`, such as Date | what that returns |
 *
 * Everything else stays as it is; arrays and objects are copied only if something in them changes.
 */
export function renderJson(value: unknown): unknown {
  if (typeof value === 'bigint') {
    return value.toString();
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return renderArray(value);
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  }
  if (value instanceof Map) {
    return renderMap(value);
  }
  if (value instanceof Set) {
    return Array.from(value, renderJson);
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return value;
  }
  return renderObject(value as Record<string, unknown>);
}

function renderArray(values: unknown[]): unknown[] {
  const rendered = values.map(renderJson);
  return rendered.every((value, index) => value === values[index]) ? values : rendered;
}

function renderMap(map: ReadonlyMap<unknown, unknown>): unknown {
  const entries = Array.from(map, ([key, value]) => [renderJson(key), renderJson(value)] as const);
  if (entries.some(([key]) => typeof key === 'object' && key !== null)) {
    return entries;
  }
  return Object.fromEntries(entries.map(([key, value]) => [String(key), value]));
}

function renderObject(object: Record<string, unknown>): unknown {
  let rendered: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(object)) {
    const json = renderJson(value);
    if (json === value) {
      continue;
    }
    rendered ??= { ...object };
    Object.defineProperty(rendered, key, { value: json, enumerable: true });
  }
  return rendered ?? object;
}
