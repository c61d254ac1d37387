import { defineRule } from '../lint-rule.js';

/** Exceptions say what happened. */
export const exceptionMessage = defineRule({
  name: 'exception-message',
  summary: 'an exception has a string field called message',
  reason:
    'It becomes the message of the error in TypeScript, Java and others; without it logs show the name alone.',
  severity: 'warn',
  check({ schema }, report) {
    for (const { kind, name, position, fields } of schema.structs) {
      if (kind !== 'exception') {
        continue;
      }
      const message = fields.find((field) => field.name === 'message');
      if (message?.type.kind === 'string') {
        continue;
      }
      report(message?.position ?? position, `exception "${name}" has no string field "message"`);
    }
  },
});
