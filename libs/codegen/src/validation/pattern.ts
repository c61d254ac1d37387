import { UnknownFormError, AnnotationError } from './constraints.js';

/** A regular expression of JavaScript. */
export interface Pattern {
  readonly source: string;
  /** Always with `u`. */
  readonly flags: string;
}

/** What Go's RE2 reads otherwise than JavaScript, and what to write instead. */
const FOREIGN: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [/\[\[:\^?\w+:\]/, 'write a class such as [[:alpha:]] as [A-Za-z]'],
  [/\(\?P</, 'write (?<name>…) for (?P<name>…)'],
  [/\\[AzQECa]/, 'write ^ for \\A, $ for \\z, and escape each character instead of \\Q…\\E'],
  [/\\p[A-Z](?!\w*\})/, 'write \\p{L} for \\pL'],
  [/\(\?[imsU-]+[:)]/, 'put flags such as (?i) once, at the start of the pattern'],
];

/**
 * Turns a pattern of Go's RE2 into one of JavaScript: flags in front become those of the expression.
 *
 * @throws {AnnotationError} if JavaScript cannot read it, or would read it otherwise.
 */
export function toPattern(text: string): Pattern {
  const [, flags = '', source = text] = /^\(\?([ims]+)\)(.*)$/s.exec(text) ?? [];
  const advice = FOREIGN.find(([foreign]) => foreign.test(source))?.[1];
  if (advice !== undefined) {
    throw new UnknownFormError(`JavaScript cannot read "${text}": ${advice}`);
  }
  const pattern = { source, flags: [...new Set(`${flags}u`)].sort().join('') };
  try {
    new RegExp(pattern.source, pattern.flags);
  } catch (error) {
    throw new AnnotationError((error as Error).message);
  }
  return pattern;
}
