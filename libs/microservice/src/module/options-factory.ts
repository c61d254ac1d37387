import type { FactoryProvider, Type } from '@nestjs/common';

type Injected = NonNullable<FactoryProvider['inject']>[number];

/** The ways in which options come from the container. */
interface OptionsSource {
  readonly useFactory?: ((...dependencies: never[]) => unknown) | undefined;
  readonly inject?: readonly Injected[] | undefined;
  readonly useClass?: Type | undefined;
  readonly useExisting?: Type | undefined;
}

/** A factory with what it needs. */
interface OptionsFactory extends Required<Pick<FactoryProvider, 'useFactory' | 'inject'>> {
  readonly providers: readonly Type[];
}

/**
 * The factory that stands for each of `useFactory`, `useClass` and `useExisting`.
 *
 * @param where what the options are for, as messages name it.
 * @param method the method of a class that makes options.
 * @throws TypeError unless one of them is given; the factory throws one for an instance without the method.
 */
export function optionsFactory(
  where: string,
  method: string,
  { useFactory, inject = [], useClass, useExisting }: OptionsSource,
): OptionsFactory {
  const given = Object.entries({ useFactory, useClass, useExisting }).filter(
    ([, way]) => way !== undefined,
  );
  if (given.length !== 1) {
    const names = given.map(([name]) => name).join(' and ') || 'none';
    throw new TypeError(`${where} needs one of useFactory, useClass and useExisting; got ${names}`);
  }
  if (useFactory !== undefined) {
    return {
      useFactory: useFactory as FactoryProvider['useFactory'],
      inject: [...inject],
      providers: [],
    };
  }
  return {
    useFactory: (maker: Readonly<Record<string, unknown>>) => {
      const make = maker[method];
      if (typeof make !== 'function') {
        throw new TypeError(`${where}: ${maker.constructor.name} has no method ${method}()`);
      }
      return make.call(maker) as unknown;
    },
    inject: [(useClass ?? useExisting)!],
    providers: useClass === undefined ? [] : [useClass],
  };
}
