import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { SourceText } from '../source/source-text.js';

const MAX_NODES = 1_000_000;

/**
 * Bounds what typedefs and constants that refer to each other may unfold to: a few lines can double a value with
 * each of them.
 */
export class LinkBudget {
  private left = MAX_NODES;

  constructor(private readonly diagnostics: DiagnosticCollector) {}

  spend(nodes: number, source: SourceText, offset: number): void {
    this.left -= nodes;
    if (this.left >= 0) return;
    this.diagnostics.fail(
      source,
      offset,
      `types and constants unfold to more than ${MAX_NODES} parts`,
    );
  }
}
