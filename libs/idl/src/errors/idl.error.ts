import { renderDiagnostic, type Diagnostic } from './diagnostic.js';

const MAX_RENDERED = 20;

/**
 * The IDL cannot be used. Holds everything that was found wrong in one run, in the order of discovery; the message
 * renders the first twenty.
 */
export class IdlError extends Error {
  /** Stable name of the failure. */
  readonly code = 'INVALID_IDL';
  /** At least one, at most a hundred. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(renderAll(diagnostics));
    this.name = 'IdlError';
    this.diagnostics = diagnostics;
  }
}

function renderAll(diagnostics: readonly Diagnostic[]): string {
  const rendered = diagnostics.slice(0, MAX_RENDERED).map(renderDiagnostic);
  const left = diagnostics.length - rendered.length;
  if (left > 0) {
    rendered.push(`… and ${left} more`);
  }
  return rendered.join('\n');
}
