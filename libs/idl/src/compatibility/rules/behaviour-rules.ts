import type { RuleText } from '../compatibility-rule.js';

/** Changes that nothing fails of, but peers of the two versions behave differently. */
export const BEHAVIOUR_RULES = {
  'default-changed': {
    summary: 'a field has another default value',
    consequence: 'Where the field is absent, readers of the two versions fill in different values.',
    wayOut: 'Keep the default, and write the value that is meant.',
  },
  'constant-changed': {
    summary: 'a constant has another value',
    consequence: 'Peers of the two versions work with different values.',
    wayOut: 'Define another constant where both sides must agree on the value.',
  },
  'enum-member-added': {
    summary: 'an enum has a new member',
    consequence: 'Readers of the old version get a number that they have no name for.',
    wayOut:
      'See that readers treat unknown numbers as such, and deploy them before anybody writes the new member.',
  },
} satisfies Record<string, RuleText>;
