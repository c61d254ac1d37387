import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ThriftClient } from '../client/thrift-client.js';
import {
  isThriftObserver,
  type ThriftProcessObserver,
} from '../observer/thrift-observer.decorator.js';
import { ThriftServer } from '../server/thrift-server.js';
import { THRIFT_MODULE_OPTIONS, type ThriftModuleOptions } from './thrift-module-options.js';

/** Shows the servers and clients of a container to the observers there. */
@Injectable()
export class ContainerObservers implements OnModuleInit {
  readonly #named = new Set<ThriftProcessObserver>();

  constructor(private readonly modules: ModulesContainer) {}

  /** @throws Error for an observer that is not a singleton. */
  onModuleInit(): void {
    this.connect();
  }

  /** Does it for what is there now; may be called again. @throws Error for an observer that is not a singleton. */
  connect(): void {
    const observers = new Set<ThriftProcessObserver>();
    const observed = new Set<ThriftServer | ThriftClient>();
    let serviceName: string | undefined;
    for (const { token, instance, isSingleton } of providersOf(this.modules)) {
      if (instance instanceof ThriftServer || instance instanceof ThriftClient) {
        observed.add(instance);
      } else if (token === THRIFT_MODULE_OPTIONS) {
        serviceName ??= (instance as ThriftModuleOptions).serviceName;
      } else if (isThriftObserver(instance)) {
        requireSingleton(instance, isSingleton);
        observers.add(instance);
      }
    }
    for (const observer of observers) {
      this.#name(observer, serviceName);
      observed.forEach((transport) => transport.observe(observer));
    }
  }

  #name(observer: ThriftProcessObserver, serviceName: string | undefined): void {
    if (serviceName !== undefined && !this.#named.has(observer)) {
      this.#named.add(observer);
      observer.runsAs?.(serviceName);
    }
  }
}

/** The instances of an application. */
export function* providersOf(
  modules: ModulesContainer,
): Iterable<{ token: unknown; instance: object; isSingleton: boolean }> {
  for (const { providers } of modules.values()) {
    for (const wrapper of providers.values()) {
      const instance: unknown = wrapper.instance;
      if (typeof instance === 'object' && instance !== null) {
        const isSingleton = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
        yield { token: wrapper.token, instance, isSingleton };
      }
    }
  }
}

function requireSingleton(observer: object, isSingleton: boolean): void {
  if (!isSingleton) {
    throw new Error(
      `${observer.constructor.name} is an observer of Thrift, so it must be a singleton: remove its scope and its request-scoped dependencies`,
    );
  }
}

/**
 * Lets every provider whose class is marked with `@ThriftObserver()` observe all servers and clients of the container.
 * `ThriftModule.forRoot` and the modules of `@nestjs-thrift/telemetry` import it.
 */
@Module({ providers: [ContainerObservers], exports: [ContainerObservers] })
export class ThriftObserverModule {}
