import type { RuleText } from '../compatibility-rule.js';

/** Changes after which HTTP clients of the old version do not understand the gateway of the new one, or the other way round. */
export const HTTP_RULES = {
  'http-route-removed': {
    summary: 'a method has a route no more',
    consequence: 'Requests of the old version get a 404, or reach another method.',
    wayOut: 'Keep the annotation next to the new one: a method can have several routes.',
  },
  'http-source-changed': {
    summary: 'a field of a request is no longer taken from a place, or under a name',
    consequence: 'The value that clients of the old version send is not found.',
    wayOut: 'Keep the old annotation: a field can have several places.',
  },
  'http-result-changed': {
    summary: 'a field of a result goes elsewhere, or under another key',
    consequence: 'Clients of the old version do not find the value.',
    wayOut:
      'Add a field with the new annotation, and fill both until no client of the old version is left.',
  },
} satisfies Record<string, RuleText>;
