import type { RuleText } from '../compatibility-rule.js';

/** Changes after which messages are understood, but code of the old version does not compile or not do the same. */
export const SOURCE_RULES = {
  'field-renamed': {
    summary: 'a field or argument keeps id and type under another name',
    consequence:
      'Code that uses the old name does not compile; and if the new name means something else, values are mixed up.',
    wayOut: 'Keep the name, or change all code in one go; for another meaning take a new id.',
  },
  'field-removed': {
    summary: 'a field or argument that was not required is gone',
    consequence:
      'Code that uses it does not compile, and readers of the old version find it absent.',
    wayOut:
      'Keep it, with a remark in its doc comment, until no reader uses it; never give its id to another field.',
  },
  'field-requiredness-changed': {
    summary: 'a field becomes optional or is not any more, without being required',
    consequence:
      'Generated code has another type for it in some languages, such as a pointer instead of a value in Go.',
    wayOut: 'Leave the word as it is, or change all code in one go.',
  },
  'argument-added': {
    summary: 'a method takes one more argument',
    consequence: 'Calls and implementations of the method do not compile until they have it.',
    wayOut: 'Take one struct as argument and add an optional field to it.',
  },
  'declared-type-changed': {
    summary: 'another type is declared that has the same bytes, such as an enum instead of an i32',
    consequence: 'Generated code has another type for it, and code that uses it may not compile.',
    wayOut: 'Keep the type, or change all code in one go.',
  },
  'type-removed': {
    summary: 'a struct, union, exception, enum or typedef is gone',
    consequence:
      'Code that uses its name does not compile; messages only change where fields of it do.',
    wayOut: 'Keep it until no code uses it.',
  },
  'type-kind-changed': {
    summary:
      'a name stands for another kind of definition, such as an exception instead of a struct',
    consequence:
      'Generated code has another kind of type for it, and code that uses it may not compile.',
    wayOut: 'Define the new type under another name.',
  },
  'definition-moved': {
    summary: 'a definition moved to another file',
    consequence:
      'Code imports it from another module, and IDL that includes the old file does not find it.',
    wayOut: 'Leave a typedef in the old file, or change all code in one go.',
  },
  'enum-member-removed': {
    summary: 'a member of an enum is gone',
    consequence:
      'Code that uses it does not compile, and peers of the old version still send its number.',
    wayOut: 'Keep it, with a remark in its doc comment; never give its value to another member.',
  },
  'service-parent-changed': {
    summary: 'a service extends another service, or none any more',
    consequence: 'Code that takes a client or handler of the old parent does not compile.',
    wayOut: 'Keep the parent, or change all code in one go.',
  },
  'namespace-changed': {
    summary: 'a file has another namespace for a language',
    consequence: 'Code of that language imports from another package or module.',
    wayOut: 'Keep the namespace, or change all code in one go.',
  },
  'constant-removed': {
    summary: 'a constant is gone',
    consequence: 'Code that uses it does not compile.',
    wayOut: 'Keep it until no code uses it.',
  },
} satisfies Record<string, RuleText>;
