import { z } from 'zod';
import { checked, parsed } from '../../support/checked-document.js';
import { strictObject } from '../../support/schema-parts.js';
import { WatchedFile } from '../../support/watched-file.js';
import { isAddress, toInstance, type Instance } from './instance.js';
import type { Resolver } from './resolver.js';

const address = z.string().refine(isAddress, 'expected host:port, [IPv6]:port or unix:/path');

const endpoint = z.union([
  address,
  strictObject({
    address,
    weight: z.number().min(0).optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
]);

const schema = z.record(z.string(), z.array(endpoint).min(1));

/**
 * Finds instances in a YAML or JSON file that lists the endpoints of each service; read again whenever it changes. A bad file
 * is refused whole and the last good one stays.
 *
 * @example
 * users:
 *   - 10.0.0.1:8888
 *   - { address: 10.0.0.2:8888, weight: 20 }
 */
export function fileResolver(path: string): Resolver {
  return {
    name: 'file',
    watch(service, listener) {
      const file = new WatchedFile(path, {
        changed: (text) => {
          try {
            listener.update(instancesOf(text, path, service));
          } catch (error) {
            listener.fail(error as Error);
          }
        },
        failed: (error) => listener.fail(error),
      });
      void file.ready().then(() => file.refresh());
      return { close: () => void file.close() };
    },
  };
}

function instancesOf(text: string, path: string, service: string): Instance[] {
  const services = checked(schema, parsed(text, path) ?? {}, path);
  return Object.hasOwn(services, service) ? services[service]!.map(toInstance) : [];
}
