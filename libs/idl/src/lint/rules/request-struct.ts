import { defineRule } from '../lint-rule.js';

/** Methods that wait for an answer take one struct. */
export const requestStruct = defineRule({
  name: 'request-struct',
  summary:
    'a method takes one struct whose name ends in Request, or nothing; oneway methods are free',
  reason:
    'A struct gains optional fields without a change to the signature of the method, in every language; a second ' +
    'argument changes the code of every caller.',
  severity: 'warn',
  check({ schema }, report) {
    for (const { name, oneway, parameters, position } of schema.services.flatMap(
      (s) => s.methods,
    )) {
      const [first] = parameters;
      if (oneway || first === undefined) {
        continue;
      }
      const wanted = `one struct such as ${capitalize(name)}Request`;
      if (parameters.length > 1) {
        report(position, `"${name}" takes ${parameters.length} arguments; put them into ${wanted}`);
      } else if (first.type.kind !== 'struct' || !first.type.ref.name.endsWith('Request')) {
        report(first.position, `"${name}" takes "${first.name}" by itself; put it into ${wanted}`);
      }
    }
  },
});

function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
