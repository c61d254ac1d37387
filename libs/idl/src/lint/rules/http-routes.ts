import { httpRoutes } from '../../http/route.js';
import { defineRule } from '../lint-rule.js';

/** Route annotations can be served. */
export const httpRoutesServed = defineRule({
  name: 'http-routes',
  summary:
    'route annotations have paths that routers take, no two have the same requests, and results have headers that HTTP has',
  reason:
    'A gateway fails to start for such a route, as Kitex and Hertz do. A header that belongs to the connection, such as Content-Length, ' +
    'would let a service decide where its response ends.',
  severity: 'error',
  check({ schema, all }, report) {
    const references = schema.services.map(({ name }) => ({ file: schema.path, name }));
    for (const { file, position, message } of httpRoutes(all, references).faults) {
      if (file === schema.path) {
        report(position, message);
      }
    }
  },
});
