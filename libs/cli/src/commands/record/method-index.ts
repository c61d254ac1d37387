import type { CompiledSchema } from '@nestjs-thrift/codec/compiler';
import { methodsOf } from '../../idl/find-method.js';
import { callableMethod, type CallableMethod } from '../../values/method-shapes.js';

/** A method of the IDL with the names that a recording has of it. */
export interface IndexedMethod extends CallableMethod {
  readonly serviceName: string;
  readonly methodName: string;
}

/** The methods of the IDL by the names in messages. Methods with a stream are left out. */
export class MethodIndex {
  readonly #byName = new Map<string, IndexedMethod[]>();

  constructor(compiled: CompiledSchema) {
    for (const found of methodsOf(compiled.schema)) {
      const callable = callableMethod(compiled, found);
      if (callable.definition.kind !== 'unary' && callable.definition.kind !== 'oneway') {
        continue;
      }
      const { name } = found.method;
      const methods = this.#byName.get(name) ?? [];
      methods.push({ ...callable, serviceName: found.service.name, methodName: name });
      this.#byName.set(name, methods);
    }
  }

  /**
   * @param name as the message has it, with `Service:` before it where services are multiplexed
   * @param service from the header; of several services with the method the first one counts where it is not there
   */
  find(name: string, service: string | undefined): IndexedMethod | undefined {
    const colon = name.lastIndexOf(':');
    const owner = colon === -1 ? service : name.slice(0, colon);
    const methods = this.#byName.get(name.slice(colon + 1)) ?? [];
    return methods.find(({ serviceName }) => serviceName === owner) ?? methods[0];
  }
}
