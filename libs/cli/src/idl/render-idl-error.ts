import { renderDiagnostic, type IdlError } from '@nestjs-thrift/idl';
import { colorsFor } from '../terminal/colors.js';
import type { CommandIo } from '../terminal/command-io.js';

const MAX_SHOWN = 20;

/** All that is wrong with IDL, each place with its line and a caret, for standard error. */
export function renderIdlError({ diagnostics }: IdlError, io: CommandIo): string {
  const { bold, red } = colorsFor(io.stderr, io);
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`;
  const shown = diagnostics.slice(0, MAX_SHOWN).map((diagnostic) => {
    const [headline = '', ...place] = renderDiagnostic(diagnostic).split('\n');
    return [bold(headline), ...place.map((line) => line.replace(/\^$/, red('^')))].join('\n');
  });
  const left = diagnostics.length - shown.length;
  const rest = left > 0 ? [`… and ${left} more`] : [];
  return [`${count} in the IDL`, ...shown, ...rest].join('\n\n');
}
