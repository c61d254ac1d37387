import { defineRule } from '../lint-rule.js';

/** Methods with a stream declare no exceptions. */
export const noStreamExceptions = defineRule({
  name: 'no-stream-exceptions',
  summary: 'a method with a stream declares no exceptions',
  reason:
    'Kitex loses the type of exceptions on streams: its clients get an application exception with the text, and so does each client of its servers. A BizStatusError arrives everywhere. Where servers and clients are of this project alone, turn the rule off: there the exception keeps its type.',
  severity: 'warn',
  check(file, report) {
    for (const { name, annotations, exceptions } of file.syntax.services.flatMap(
      (service) => service.methods,
    )) {
      const [mode = 'unary'] = annotations['streaming.mode'] ?? [];
      const [first] = exceptions;
      if (mode !== 'unary' && first !== undefined) {
        report(
          first.offset,
          `"${name}" has a stream, on which Kitex loses the type of an exception: throw a BizStatusError`,
        );
      }
    }
  },
});
