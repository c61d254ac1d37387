import type { RuleText } from '../compatibility-rule.js';

/** Changes after which peers of the two versions do not understand each other. */
export const WIRE_RULES = {
  'field-id-changed': {
    summary: 'a field, argument or exception keeps its name under another id',
    consequence:
      'Readers of either version do not find the value that the other version wrote, and lose it.',
    wayOut: 'Keep the id; ids, not names, say what a value is.',
  },
  'field-id-reused': {
    summary: 'the id of one field is given to another',
    consequence:
      'Readers take the value of the old field for one of the new field, or lose it where the types differ.',
    wayOut: 'Give the new field an id that was never used, and leave that of the removed one free.',
  },
  'field-type-changed': {
    summary: 'a field or argument has another type on the wire',
    consequence: 'Readers of either version skip the value as unknown, or reject the message.',
    wayOut:
      'Add a field of the new type under a new id, and write both until the old version is gone.',
  },
  'required-field-added': {
    summary: 'a required field or argument is new',
    consequence:
      'Readers of the new version reject every message of the old one, which lacks the field.',
    wayOut: 'Make it optional, and check in code that it is there.',
  },
  'required-field-removed': {
    summary: 'a required field or argument is gone',
    consequence:
      'Readers of the old version reject every message of the new one, which lacks the field.',
    wayOut: 'Keep the field, and write a value for it, until no reader of the old version is left.',
  },
  'field-made-required': {
    summary: 'a field that was not required is so now',
    consequence:
      'Readers of the new version reject messages of the old one that leave the field out.',
    wayOut: 'Leave it optional, and check in code that it is there.',
  },
  'field-no-longer-required': {
    summary: 'a field that was required is not any more',
    consequence:
      'Readers of the old version reject messages of the new one that leave the field out.',
    wayOut: 'Change all readers first, and go on writing the field until they are deployed.',
  },
  'union-member-added': {
    summary: 'a union has a new member',
    consequence:
      'Readers of the old version find no member that they know: they take the union for absent, and lose its value.',
    wayOut: 'Deploy all readers before anybody writes the new member, then ignore this finding.',
  },
  'union-member-removed': {
    summary: 'a member of a union is gone',
    consequence:
      'Readers of the new version find no member that they know: they take the union for absent, and lose its value.',
    wayOut: 'Keep the member until no program writes it.',
  },
  'union-changed': {
    summary: 'a struct or exception becomes a union, or the other way round',
    consequence:
      'A union has exactly one field set: readers that expect one reject a struct with more, and lose one with none.',
    wayOut: 'Define a new type, and a new field that has it.',
  },
  'typedef-type-changed': {
    summary: 'a typedef stands for another type on the wire',
    consequence:
      'Every field of the type changes: readers of either version skip the values as unknown, or reject the messages.',
    wayOut: 'Define a typedef of another name, and add fields of it under new ids.',
  },
  'enum-member-renumbered': {
    summary: 'a member of an enum has another value',
    consequence:
      'Only the number is sent, so readers of either version take it for another member or for none.',
    wayOut: 'Keep the value.',
  },
  'enum-value-reused': {
    summary: 'the value of one enum member is given to another name',
    consequence: 'Readers of the new version take what the old one wrote for something else.',
    wayOut:
      'Give the new member a value that was never used; if only the name is new, ignore this finding.',
  },
  'service-removed': {
    summary: 'a service is gone',
    consequence: 'Calls of clients of the old version end in an unknown method.',
    wayOut: 'Keep serving it until the metrics show no more calls.',
  },
  'method-removed': {
    summary: 'a method is gone from its service, or has another name',
    consequence: 'Calls of clients of the old version end in an unknown method.',
    wayOut:
      'Keep the method, if need be as a call of the new one, until the metrics show no more calls.',
  },
  'method-oneway-changed': {
    summary: 'a method becomes oneway, or is not any more',
    consequence:
      'One side waits for a reply that never comes, or gets one that it does not expect.',
    wayOut: 'Add a method of another name.',
  },
  'method-stream-changed': {
    summary: 'a method gets, loses or changes its stream (`streaming.mode`)',
    consequence:
      'One side opens a stream or sends messages that the other side does not expect, and the call fails.',
    wayOut: 'Add a method of another name.',
  },
  'result-type-changed': {
    summary:
      'a method returns another type on the wire, or void instead of a value, or a value instead of void',
    consequence:
      'Clients of either version do not find the result in the reply of the other, and fail with a missing result.',
    wayOut: 'Add a method of another name; a struct as result could have gained a field instead.',
  },
  'exception-added': {
    summary: 'a method throws one more exception',
    consequence:
      'Clients of the old version do not find it in the reply: they report a missing result, or, of a void method, success. On a stream they get its text alone.',
    wayOut:
      'Deploy clients first, or answer with a status that old clients know, such as a business error.',
  },
  'exception-removed': {
    summary: 'a method throws an exception less',
    consequence:
      'Clients of the new version do not find it in the reply of an old server: they report a missing result, or, of a void method, success. On a stream they get its text alone.',
    wayOut: 'Keep it in the throws clause until no server of the old version is left.',
  },
} satisfies Record<string, RuleText>;
