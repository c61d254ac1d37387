/** What is merged of a document; documents of `@nestjs/swagger` and of the gateway have it. */
export interface MergeableDocument {
  readonly paths: Readonly<Record<string, object>>;
  readonly components?: object;
  readonly tags?: readonly { readonly name: string }[];
}

/**
 * Adds the routes of a gateway to the document of an application, so that one page shows both.
 *
 * @param document of the application, as `SwaggerModule.createDocument` makes it; everything but paths, components and tags comes
 *   from it
 * @param gateway of the gateway, as `ThriftGateway.openApi` makes it
 * @throws Error if both have the same verb of a path, or components of one name that differ.
 * @example
 * const document = mergeOpenApi(SwaggerModule.createDocument(app, config), await app.get(ThriftGateway).openApi());
 * SwaggerModule.setup('docs', app, document);
 */
export function mergeOpenApi<Document extends MergeableDocument>(
  document: Document,
  gateway: MergeableDocument,
): Document {
  const known = new Set(document.tags?.map(({ name }) => name));
  const tags = (gateway.tags ?? []).filter(({ name }) => !known.has(name));
  return {
    ...document,
    // What the gateway uses of JSON Schema is in 3.1 alone.
    openapi: '3.1.0',
    paths: mergePaths(document.paths, gateway.paths),
    components: mergeComponents(document.components ?? {}, gateway.components ?? {}),
    tags: [...(document.tags ?? []), ...tags],
  };
}

function mergePaths(
  ours: MergeableDocument['paths'],
  theirs: MergeableDocument['paths'],
): Record<string, object> {
  const merged: Record<string, object> = { ...ours };
  for (const [path, operations] of Object.entries(theirs)) {
    const known = Object.hasOwn(ours, path) ? (ours[path] ?? {}) : {};
    const clash = Object.keys(operations).find((verb) => Object.hasOwn(known, verb));
    if (clash !== undefined) {
      throw new Error(`both documents have ${clash.toUpperCase()} ${path}`);
    }
    merged[path] = { ...known, ...operations };
  }
  return merged;
}

function mergeComponents(ours: object, theirs: object): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...ours };
  for (const [kind, components] of Object.entries(theirs)) {
    const known = (merged[kind] ?? {}) as Record<string, unknown>;
    for (const [name, component] of Object.entries(components as Record<string, unknown>)) {
      if (Object.hasOwn(known, name) && JSON.stringify(known[name]) !== JSON.stringify(component)) {
        throw new Error(`both documents have ${name} among their ${kind}, with different content`);
      }
    }
    merged[kind] = { ...known, ...(components as object) };
  }
  return merged;
}
