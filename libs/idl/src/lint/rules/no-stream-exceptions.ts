import { defineRule } from '../lint-rule.js';

/** Methods with a stream declare no exceptions. */
export const noStreamExceptions = defineRule({
  name: 'no-stream-exceptions',
  summary: 'a method with a stream declares no exceptions',
  reason:
    'Frames of streams carry no declared exceptions: with Kitex, too, callers get an application exception with its text. Servers throw a BizStatusError instead.',
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
          `"${name}" has a stream, on which the type of an exception is lost: throw a BizStatusError`,
        );
      }
    }
  },
});
