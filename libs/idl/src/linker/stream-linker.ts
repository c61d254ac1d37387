import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { MethodSyntax } from '../parser/syntax.js';
import type { FieldSchema, StreamKind, TypeSchema } from '../schema/schema.js';
import type { FileScope } from './file-scope.js';

/** Kitex's annotation of methods with a stream. */
const MODE = 'streaming.mode';

/** Values of the annotation, as Kitex's generator takes them, and the kinds of methods they make; `unary` makes none. */
const KINDS: Readonly<Record<string, StreamKind | undefined>> = {
  client: 'client',
  server: 'server',
  bidirectional: 'bidi',
  unary: undefined,
};

/** Words that people write for one of the modes. */
const NEAR_WORDS: Readonly<Record<string, string>> = {
  bidi: 'bidirectional',
  duplex: 'bidirectional',
  both: 'bidirectional',
  none: 'unary',
};

/** The parts of a method that its messages depend on. */
export interface LinkedParts {
  readonly parameters: readonly FieldSchema[];
  readonly returns: TypeSchema | undefined;
}

/** Finds out whether a method has a stream, and reports what no stream can have; Kitex's generator rejects it too. */
export class StreamLinker {
  readonly #diagnostics: DiagnosticCollector;

  constructor(diagnostics: DiagnosticCollector) {
    this.#diagnostics = diagnostics;
  }

  /** The side, or sides, that send a stream; `undefined` for a method with one request. */
  link(
    scope: FileScope,
    method: MethodSyntax,
    { parameters, returns }: LinkedParts,
  ): StreamKind | undefined {
    const values = method.annotations[MODE];
    if (values === undefined) {
      return undefined;
    }
    const report = (message: string, offset = method.offset): void =>
      this.#diagnostics.report(scope.source, offset, message);
    const title = `streaming method "${method.name}"`;
    const [mode = ''] = values;
    if (values.length > 1) {
      report(`${title} has ${MODE} ${values.length} times; keep one`);
      return undefined;
    }
    if (!Object.hasOwn(KINDS, mode)) {
      report(`${title} has the unknown ${MODE} "${mode}"; ${advice(mode)}`);
      return undefined;
    }
    if (method.oneway) {
      report(`${title} is oneway, and a stream needs an end; remove oneway or the annotation`);
    }
    // What is written counts: unknown types are reported elsewhere.
    const { length } = method.parameters;
    if (length !== 1) {
      report(`${title} takes ${length} arguments; it needs one, the message`);
    }
    const kind = KINDS[mode];
    if (kind === undefined) {
      return undefined;
    }
    const [request] = parameters;
    if (request !== undefined && request.type.kind !== 'struct') {
      const offset = method.parameters[0]?.type.offset;
      report(`${title} takes ${article(request.type)}; messages of a stream are structs`, offset);
    }
    if (method.returns === undefined && !method.oneway) {
      report(`${title} returns void; messages of a stream are structs`);
    } else if (returns !== undefined && returns.kind !== 'struct') {
      const offset = method.returns?.offset;
      report(`${title} returns ${article(returns)}; messages of a stream are structs`, offset);
    }
    return kind;
  }
}

function advice(mode: string): string {
  const lower = mode.toLowerCase();
  const near = Object.hasOwn(KINDS, lower) ? lower : NEAR_WORDS[lower];
  return near === undefined ? `use ${Object.keys(KINDS).join(', ')}` : `did you mean "${near}"?`;
}

function article({ kind }: TypeSchema): string {
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
