import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { MethodSyntax, ServiceSyntax } from '../parser/syntax.js';
import type { MethodSchema, ServiceSchema } from '../schema/schema.js';
import { describeDefinition, type FileScope, type Located } from './file-scope.js';
import type { FieldLinker } from './field-linker.js';
import { StreamLinker } from './stream-linker.js';
import type { TypeLinker } from './type-linker.js';

export class ServiceLinker {
  readonly #types: TypeLinker;
  readonly #fields: FieldLinker;
  readonly #diagnostics: DiagnosticCollector;
  readonly #streams: StreamLinker;

  /** Services whose ancestors are known to come to an end, so that long lines of them are walked once. */
  readonly #sound = new Set<ServiceSyntax>();

  constructor(types: TypeLinker, fields: FieldLinker, diagnostics: DiagnosticCollector) {
    this.#types = types;
    this.#fields = fields;
    this.#diagnostics = diagnostics;
    this.#streams = new StreamLinker(diagnostics);
  }

  link(service: Located<ServiceSyntax>): ServiceSchema {
    const { scope, syntax } = service;
    const base = this.#checkedBase(service);
    this.#checkNames(scope, syntax);
    return {
      ...describeDefinition(scope, syntax),
      ...(base === undefined ? {} : { extends: base.scope.referenceTo(base.syntax.name) }),
      methods: syntax.methods.map((method) => this.#linkMethod(scope, method)),
    };
  }

  #checkedBase(service: Located<ServiceSyntax>): Located<ServiceSyntax> | undefined {
    const { scope, syntax } = service;
    if (syntax.extends === undefined) {
      return undefined;
    }
    const { name, offset } = syntax.extends;
    const base = baseOf(service);
    if (base === undefined) {
      const message = `unknown service "${name}"${scope.explainUnknown(name)}`;
      this.#diagnostics.report(scope.source, offset, message);
    } else if (this.#inheritsItself(service)) {
      this.#diagnostics.report(scope.source, offset, `service "${syntax.name}" extends itself`);
    }
    return base;
  }

  #inheritsItself(service: Located<ServiceSyntax>): boolean {
    const passed = new Set<ServiceSyntax>();
    let next: Located<ServiceSyntax> | undefined = service;
    while (next !== undefined && !this.#sound.has(next.syntax)) {
      // A cycle that begins further up is reported there.
      if (passed.has(next.syntax)) {
        return next.syntax === service.syntax;
      }
      passed.add(next.syntax);
      next = baseOf(next);
    }
    for (const syntax of passed) {
      this.#sound.add(syntax);
    }
    return false;
  }

  #checkNames(scope: FileScope, { name: service, methods }: ServiceSyntax): void {
    const names = new Set<string>();
    for (const { name, offset } of methods) {
      if (names.has(name)) {
        this.#diagnostics.report(scope.source, offset, `service "${service}" has "${name}" twice`);
      }
      names.add(name);
    }
  }

  #linkMethod(scope: FileScope, method: MethodSyntax): MethodSchema {
    const { name, oneway } = method;
    const parameters = { kind: 'parameters', title: `"${name}"`, scope } as const;
    const throws = { kind: 'throws', title: `throws of "${name}"`, scope } as const;
    if (oneway && method.exceptions.length > 0) {
      const message = `oneway "${name}" cannot throw: it has no reply`;
      this.#diagnostics.report(scope.source, method.offset, message);
    }
    const returns = method.returns && this.#types.link(scope, method.returns);
    const parts = {
      parameters: this.#fields.link(parameters, method.parameters),
      exceptions: this.#fields.link(throws, method.exceptions),
    };
    const stream = this.#streams.link(scope, method, { parameters: parts.parameters, returns });
    const definition = {
      ...describeDefinition(scope, method),
      oneway,
      ...(stream === undefined ? {} : { stream }),
    };
    // Apache only warns about a result that is never sent; on the wire there is none.
    if (returns === undefined || oneway) {
      return { ...definition, ...parts };
    }
    return { ...definition, returns, ...parts };
  }
}

function baseOf({ scope, syntax }: Located<ServiceSyntax>): Located<ServiceSyntax> | undefined {
  return syntax.extends && scope.findService(syntax.extends.name, syntax.extends.offset);
}
