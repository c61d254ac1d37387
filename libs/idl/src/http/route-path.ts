/** One segment of a path, between two slashes. */
export type RouteSegment =
  /** Text that must stand there as it is. */
  | { readonly kind: 'static'; readonly text: string }
  /** A parameter, as in `:id`, after text that must stand before it: `v` in `v:version`. */
  | { readonly kind: 'parameter'; readonly prefix: string; readonly name: string }
  /** All that follows, as in `*rest`; the last segment alone. */
  | { readonly kind: 'rest'; readonly name: string };

/** Characters that the routers of Express or Fastify give a meaning of their own. */
const SPECIAL = /[(){}[\]?+!:*\\]/;

/** What cannot stand in the target of a request as it is. */
// oxlint-disable-next-line no-control-regex
const UNSENDABLE = /[\u0000-\u001f\u007f#]/;

/**
 * The segments of the path of a route annotation, as in `api.get = "/users/:id/files/*rest"`.
 *
 * @returns the segments, or a text that says what is wrong
 */
export function parseRoutePath(path: string): readonly RouteSegment[] | string {
  if (!path.startsWith('/')) {
    return path === '' ? 'the path is empty; it must begin with /' : 'the path must begin with /';
  }
  const texts = path.slice(1).split('/');
  const segments: RouteSegment[] = [];
  for (const [index, text] of texts.entries()) {
    const segment = parseSegment(text, index === texts.length - 1);
    if (typeof segment === 'string') {
      return segment;
    }
    segments.push(segment);
  }
  const names = segments.flatMap((segment) => ('name' in segment ? [segment.name] : []));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined ? segments : `the parameter ${twice} stands in the path twice`;
}

/** Two paths of one shape match the same requests, whatever the names of their parameters. */
export function shapeOfPath(segments: readonly RouteSegment[]): string {
  const shapes = segments.map((segment) => {
    switch (segment.kind) {
      case 'static':
        return segment.text;
      case 'parameter':
        return `${segment.prefix}:`;
      case 'rest':
        return '*';
    }
  });
  return `/${shapes.join('/')}`;
}

function parseSegment(text: string, isLast: boolean): RouteSegment | string {
  if (UNSENDABLE.test(text)) {
    return 'the path has a character that no request can send';
  }
  if (text.startsWith('*')) {
    return parseRest(text.slice(1), isLast);
  }
  const colon = text.indexOf(':');
  if (colon < 0) {
    return SPECIAL.test(text) ? specialCharacter(text) : { kind: 'static', text };
  }
  const [prefix, name] = [text.slice(0, colon), text.slice(colon + 1)];
  if (name === '') {
    return 'a parameter needs a name after the colon';
  }
  if (/[:*]/.test(name)) {
    return `"${text}" has two parameters in one segment`;
  }
  return SPECIAL.test(prefix) ? specialCharacter(prefix) : { kind: 'parameter', prefix, name };
}

function parseRest(name: string, isLast: boolean): RouteSegment | string {
  if (name === '') {
    return 'the rest of a path needs a name after the star';
  }
  if (/[:*]/.test(name)) {
    return `"*${name}" has two parameters in one segment`;
  }
  return isLast ? { kind: 'rest', name } : `"*${name}" must be the last segment of the path`;
}

function specialCharacter(text: string): string {
  const [character] = SPECIAL.exec(text) ?? [];
  return `the path has a ${character} outside the name of a parameter, which routers do not take as text`;
}
