import { deepStrictEqual } from 'node:assert/strict';
import { generateTypeScript } from '@nestjs-thrift/codegen';
import { IdlError, loadSchemaFromText } from '@nestjs-thrift/idl';
import { type FuzzTarget, outcomeOf } from '../fuzz-target.js';

const words =
  `namespace include const typedef enum struct union exception service extends throws oneway void required optional
  bool byte i8 i16 i32 i64 double string binary uuid list set map { } ( ) < > [ ] : ; , = . * & 1: -1: 32768: 0x7fffffff
  9223372036854775808 1e999 "text" 'text' "\\n" // # /* */ /** */ A B A.B B.C (a = "b") list<A> map<A,B> cpp_include js`
    .split(/\s+/)
    .filter(Boolean);

/** Fields without ids are faults otherwise, which would keep the linker from the rest. */
const implicitFieldIds = 'apache';
const includes = { 'base.thrift': 'enum C { X = 1 } struct B { 1: C c = C.X } typedef B A' };

const options = { includes, implicitFieldIds } as const;

/** Lexer, parser, linker and generator: the only error is the one for faults in the text. */
export const idl: FuzzTarget = {
  name: 'idl',
  isText: true,
  words,
  run(input) {
    const text = input.toString();
    const { value: schema } = outcomeOf(IdlError, () => loadSchemaFromText(text, options));
    if (schema === undefined) {
      return;
    }
    deepStrictEqual(loadSchemaFromText(text, options), schema);
    outcomeOf(IdlError, () => generateTypeScript(schema));
  },
};
