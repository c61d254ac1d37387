import ts from 'typescript';
import { POLICY_FILE } from '../../libs/governance/src/config/governance-schema.js';
import { facts } from '../project-facts.mjs';
import { proseOf } from './generated-file.mjs';
import { docOf, nodesOf, parse } from './source-comments.mjs';

const FILES = [
  'libs/governance/src/config/governance-schema.ts',
  'libs/governance/src/config/retry-schema.ts',
];

/** The name of the file in the package and on the site. */
export const SCHEMA_NAME = 'policy-file.schema.json';

/** The JSON Schema of policy files: structure and ranges from the declarations, descriptions from the comments on them. */
export function policySchema() {
  const described = withDescriptions(POLICY_FILE.schema?.(), descriptions());
  return JSON.stringify(
    {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: `${facts.site}${SCHEMA_NAME}`,
      title: 'Policy file of nestjs-thrift',
      .../** @type {object} */ (described),
    },
    null,
    2,
  );
}

/** Comments by the names of the properties that they are on. */
function descriptions() {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const file of FILES) {
    for (const node of nodesOf(parse(file))) {
      if (ts.isPropertyAssignment(node) && docOf(node) !== '') {
        found.set(node.name.getText(), proseOf(docOf(node)));
      }
    }
  }
  return found;
}

/**
 * @param {unknown} schema
 * @param {ReadonlyMap<string, string>} described
 * @returns {unknown}
 */
function withDescriptions(schema, described) {
  if (Array.isArray(schema)) {
    return schema.map((one) => withDescriptions(one, described));
  }
  if (typeof schema !== 'object' || schema === null) {
    return schema;
  }
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'properties'
        ? describedProperties(value, described)
        : withDescriptions(value, described),
    ]),
  );
}

/** @param {Readonly<Record<string, object>>} properties @param {ReadonlyMap<string, string>} described */
function describedProperties(properties, described) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const description = described.get(name);
      const inner = /** @type {object} */ (withDescriptions(schema, described));
      return [name, description === undefined ? inner : { description, ...inner }];
    }),
  );
}
