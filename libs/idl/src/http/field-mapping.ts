import type { Annotations, FieldSchema } from '../schema/schema.js';

/** Where the value of a field of a request may come from. */
export type HttpPlace = 'path' | 'form' | 'query' | 'cookie' | 'header' | 'body';

/** A place and the name of the value there. */
export interface HttpSource {
  readonly place: HttpPlace;
  readonly name: string;
}

/** How a field of a request gets its value. */
export type RequestMapping =
  /** From the first of the sources that is present; from the default place of the verb if there are none. */
  | { readonly kind: 'sources'; readonly sources: readonly HttpSource[] }
  /** The bytes of the body. */
  | { readonly kind: 'raw-body' }
  /** The target of the request: path with query. */
  | { readonly kind: 'raw-uri' }
  /** Never. */
  | { readonly kind: 'none' };

/** Where a field of a result goes. */
export type ResultMapping =
  | { readonly kind: 'body'; readonly key: string }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'cookie'; readonly name: string }
  | { readonly kind: 'status' }
  | { readonly kind: 'raw-body' }
  | { readonly kind: 'none' };

/** Annotations that name a source, in the order in which sources are tried, which is that of Hertz. */
export const SOURCE_ANNOTATIONS = {
  'api.path': 'path',
  'api.form': 'form',
  'api.query': 'query',
  'api.cookie': 'cookie',
  'api.header': 'header',
  'api.body': 'body',
} as const satisfies Readonly<Record<string, HttpPlace>>;

/** How a field at the top of a request gets its value. */
export function requestMapping(field: FieldSchema): RequestMapping {
  const { annotations } = field;
  if (isHidden(field) || has(annotations, 'api.http_code')) {
    return { kind: 'none' };
  }
  if (has(annotations, 'api.raw_body')) {
    return { kind: 'raw-body' };
  }
  if (has(annotations, 'api.raw_uri')) {
    return { kind: 'raw-uri' };
  }
  const sources = Object.entries(SOURCE_ANNOTATIONS).flatMap(([key, place]) =>
    valuesOf(annotations, key).map((name) => ({ place, name: name === '' ? field.name : name })),
  );
  return { kind: 'sources', sources };
}

/** Where a field at the top of a result or of an exception goes. */
export function resultMapping(field: FieldSchema): ResultMapping {
  const { annotations } = field;
  const nameIn = (key: string) => valuesOf(annotations, key).at(-1) || field.name;
  if (isHidden(field)) {
    return { kind: 'none' };
  }
  if (has(annotations, 'api.http_code')) {
    return { kind: 'status' };
  }
  if (has(annotations, 'api.raw_body')) {
    return { kind: 'raw-body' };
  }
  if (has(annotations, 'api.header')) {
    return { kind: 'header', name: nameIn('api.header') };
  }
  if (has(annotations, 'api.cookie')) {
    return { kind: 'cookie', name: nameIn('api.cookie') };
  }
  const renamed = valuesOf(annotations, 'api.body').at(-1);
  return { kind: 'body', key: renamed || jsonKey(field) };
}

/** Keys under which a field inside of a JSON body is accepted, the first that is present counts; none for hidden fields. */
export function nestedKeys(field: FieldSchema): readonly string[] {
  if (isHidden(field)) {
    return [];
  }
  const renamed = valuesOf(field.annotations, 'api.body').filter((name) => name !== '');
  return [...new Set([jsonKey(field), ...renamed])];
}

/** Key of a field in JSON where no annotation of a place names another: that of `go.tag = 'json:"x"'`, else the field's name. */
export function jsonKey({ name, annotations }: FieldSchema): string {
  return goTagKey(annotations) || name;
}

/** Whether a field is in no request and no result: `api.none`, or `go.tag = 'json:"-"'`. */
export function isHidden({ annotations }: FieldSchema): boolean {
  return has(annotations, 'api.none') || goTagKey(annotations) === '-';
}

/** Whether integers of a field are text in JSON, at any depth of containers: `api.js_conv`. */
export function isTextInJson({ annotations }: { readonly annotations: Annotations }): boolean {
  return has(annotations, 'api.js_conv');
}

function goTagKey(annotations: Annotations): string | undefined {
  for (const tag of valuesOf(annotations, 'go.tag')) {
    const [, value] = /(?:^|[\s`'])json:"([^"]*)"/.exec(tag) ?? [];
    if (value !== undefined) {
      return value === '-,' ? '-' : value.split(',')[0];
    }
  }
  return undefined;
}

function has(annotations: Annotations, key: string): boolean {
  return Object.hasOwn(annotations, key);
}

function valuesOf(annotations: Annotations, key: string): readonly string[] {
  return has(annotations, key) ? (annotations[key] ?? []) : [];
}
