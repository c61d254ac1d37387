import { InvalidArgumentError } from 'commander';

const PATH = /^[^\s.]+(\.[^\s.]+)*$/;

/**
 * Fields that the command line names: names with dots between, `*` for any one of them. A path matches the end of a place, so `token` is
 * each field of that name, and `user.token` that of each `user`. Elements of lists and sets have no name.
 */
export class FieldPaths {
  readonly #pattern: RegExp | undefined;

  constructor(paths: readonly string[]) {
    const sources = paths.map((path) => path.split('.').map(segment).join('\\.'));
    this.#pattern =
      sources.length === 0 ? undefined : new RegExp(`(?:^|\\.)(?:${sources.join('|')})$`, 'u');
  }

  get isEmpty(): boolean {
    return this.#pattern === undefined;
  }

  matches(place: string): boolean {
    return this.#pattern?.test(place) ?? false;
  }
}

/** For an option that takes a path and can be repeated. */
export function collectPath(text: string, previous: readonly string[]): string[] {
  const path = text.replaceAll('[]', '');
  if (PATH.test(path)) {
    return [...previous, path];
  }
  throw new InvalidArgumentError(
    'Give a path of fields, such as token, user.token or result.*.id.',
  );
}

function segment(name: string): string {
  return name === '*' ? '[^.]+' : name.replaceAll(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');
}
