import type { DefinitionSchema } from '../../schema/schema.js';
import { defineRule } from '../lint-rule.js';

/** Annotations that a gateway reads. */
const READ = named(
  'get post put delete patch head options any path form query cookie header body raw_body raw_uri none ' +
    'http_code http_message js_conv category',
);

/** Those that only tools of Kitex and Hertz know, and that change nothing here. */
const FOREIGN = named(
  'version tag baseurl base_domain param gen_path serializer key handler_path service_group service_path ' +
    'file_name no_body_struct default',
);

/** Annotations of HTTP mean something. */
export const httpAnnotations = defineRule({
  name: 'http-annotations',
  summary: 'annotations that begin with api. are ones that are read, in lower case',
  reason:
    'Kitex and gateways compare names exactly: a misspelled annotation makes no route and binds no field, silently.',
  severity: 'warn',
  check({ schema }, report) {
    const check = ({ annotations, position }: DefinitionSchema): void => {
      for (const key of Object.keys(annotations)) {
        const fault = faultOf(key);
        if (fault !== undefined) {
          report(position, `"${key}" ${fault}`);
        }
      }
    };
    for (const struct of schema.structs) {
      struct.fields.forEach(check);
    }
    for (const method of schema.services.flatMap(({ methods }) => methods)) {
      [method, ...method.parameters].forEach(check);
    }
  },
});

function faultOf(key: string): string | undefined {
  const lower = key.toLowerCase();
  if (!lower.startsWith('api.') || READ.includes(key) || FOREIGN.includes(key)) {
    return undefined;
  }
  if (key === 'api.vd') {
    return 'is evaluated by Hertz alone; write vt.* rules';
  }
  return READ.includes(lower) ? `is read as "${lower}" alone` : 'is not an annotation of HTTP';
}

function named(names: string): readonly string[] {
  return names.split(' ').map((name) => `api.${name}`);
}
