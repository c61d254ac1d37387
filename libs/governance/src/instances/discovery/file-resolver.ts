import { listOf, recordOf, resolveOption, text } from '@nestjs-thrift/transport/internal';
import { checked, documentReader, type DocumentReader } from '../../support/checked-document.js';
import { WatchedFile } from '../../support/watched-file.js';
import { INSTANCE, toInstance, type Instance } from './instance.js';
import type { Resolver } from './resolver.js';

const SERVICES = recordOf(listOf(INSTANCE, { min: 1 }));

/**
 * Finds instances in a YAML or JSON file that lists the endpoints of each service; read again whenever it changes. A bad file
 * is refused whole and the last good one stays.
 *
 * @example
 * users:
 *   - 10.0.0.1:8888
 *   - { address: 10.0.0.2:8888, weight: 20 }
 * @throws TypeError if the path is not a text.
 */
export function fileResolver(path: string): Resolver {
  resolveOption('fileResolver(path)', text(), path);
  return {
    name: 'file',
    watch(service, listener) {
      let read: DocumentReader;
      const file = new WatchedFile(path, {
        changed: (text) => {
          try {
            listener.update(instancesOf(read(text, path), path, service));
          } catch (error) {
            listener.fail(error as Error);
          }
        },
        failed: (error) => listener.fail(error),
      });
      const start = async (): Promise<void> => {
        read = await documentReader();
        await file.watch();
        await file.refresh();
      };
      void start();
      return { close: () => void file.close() };
    },
  };
}

function instancesOf(document: unknown, path: string, service: string): Instance[] {
  const services = checked(SERVICES, document ?? {}, path);
  return Object.hasOwn(services, service) ? services[service]!.map(toInstance) : [];
}
