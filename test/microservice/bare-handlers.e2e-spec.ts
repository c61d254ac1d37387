import {
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  type INestMicroservice,
  type NestInterceptor,
  type PipeTransform,
  type Provider,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory } from '@nestjs/core';
import { type AsyncMicroserviceOptions, Payload, RpcException } from '@nestjs/microservices';
import {
  BizStatusError,
  ThriftContext,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { type Observable, map, of, throwError } from 'rxjs';
import { clientOf, itOnSources, serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { IS_NEST_12 } from '#test/nest-version.js';
import { Probe, untyped } from '#test/shop.js';

/** Whether a handler was reached through Nest's pipeline, by the functions that called it. */
function cameThroughNest(): string {
  return String(/@nestjs.microservices/.test(new Error('where').stack ?? ''));
}

class Allow implements CanActivate {
  canActivate(_context: ExecutionContext): boolean {
    return true;
  }
}

class Exclaim implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((answer) => `${String(answer)}!`));
  }
}

class Shout implements PipeTransform {
  transform(value: unknown): unknown {
    return typeof value === 'string' ? value.toUpperCase() : value;
  }
}

@Catch()
class CatchAll implements ExceptionFilter {
  catch(_error: unknown): Observable<never> {
    return throwError(() => new BizStatusError(1001, 'filtered'));
  }
}

/** A controller that says what it got and whether it came through Nest, with decorators of its class and method. */
function probeController(
  onClass: ClassDecorator = () => {},
  onMethod: MethodDecorator = () => {},
  scope?: Scope,
) {
  @onClass
  @ThriftService(Probe, scope === undefined ? {} : { scope })
  class ProbeController {
    @onMethod
    @ThriftMethod()
    async Ask(question: string): Promise<string> {
      return `${question} ${cameThroughNest()}`;
    }
  }
  return ProbeController;
}

interface Bound {
  readonly what: string;
  readonly answer: string;
  readonly controller?: ReturnType<typeof probeController>;
  readonly provider?: Provider;
  readonly configure?: (app: INestMicroservice) => void;
}

const ANSWER = 'why true';

const HOOKED: Bound = {
  what: 'a hook before requests',
  answer: ANSWER,
  configure: (app) => app.registerPreRequestHook((_context, next) => next()),
};

const bound: readonly Bound[] = [
  { what: 'a guard of the class', answer: ANSWER, controller: probeController(UseGuards(Allow)) },
  {
    what: 'a guard of the method',
    answer: ANSWER,
    controller: probeController(undefined, UseGuards(Allow)),
  },
  {
    what: 'an interceptor of the class',
    answer: 'why true!',
    controller: probeController(UseInterceptors(Exclaim)),
  },
  {
    what: 'a pipe of the method',
    answer: 'WHY true',
    controller: probeController(undefined, UsePipes(Shout)),
  },
  {
    what: 'a filter of the class',
    answer: ANSWER,
    controller: probeController(UseFilters(CatchAll)),
  },
  {
    what: 'a controller per request',
    answer: ANSWER,
    controller: probeController(undefined, undefined, Scope.REQUEST),
  },
  {
    what: 'a guard of a module',
    answer: ANSWER,
    provider: { provide: APP_GUARD, useClass: Allow },
  },
  {
    what: 'an interceptor of a module',
    answer: 'why true!',
    provider: { provide: APP_INTERCEPTOR, useClass: Exclaim },
  },
  {
    what: 'a pipe of a module',
    answer: 'WHY true',
    provider: { provide: APP_PIPE, useClass: Shout },
  },
  {
    what: 'a filter of a module',
    answer: ANSWER,
    provider: { provide: APP_FILTER, useClass: CatchAll },
  },
  {
    what: 'a guard per request',
    answer: ANSWER,
    provider: { provide: APP_GUARD, useClass: Allow, scope: Scope.REQUEST },
  },
  { what: 'a global guard', answer: ANSWER, configure: (app) => app.useGlobalGuards(new Allow()) },
  {
    what: 'a global pipe',
    answer: 'WHY true',
    configure: (app) => app.useGlobalPipes(new Shout()),
  },
  {
    what: 'a global interceptor',
    answer: 'why true!',
    configure: (app) => app.useGlobalInterceptors(new Exclaim()),
  },
  {
    what: 'a global filter',
    answer: ANSWER,
    configure: (app) => app.useGlobalFilters(new CatchAll()),
  },
  // Nest 11 has no such hooks.
  ...(IS_NEST_12 ? [HOOKED] : []),
];

const probeModule = () => ({
  module: class ProbeModule {},
  imports: [ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } })],
  controllers: [probeController()],
});

async function serveAlone() {
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(probeModule(), {
    inject: [ThriftServer],
    useFactory: (strategy: ThriftServer) => ({ strategy }),
    logger: false,
  });
  await app.listen();
  return { app, unwrap: () => app.get(ThriftServer).unwrap() };
}

async function serveBesideHttp() {
  const app = await NestFactory.create(probeModule(), { logger: false });
  app.connectMicroservice({ strategy: app.get(ThriftServer) });
  await app.startAllMicroservices();
  return { app, unwrap: () => app.get(ThriftServer).unwrap() };
}

describe('a handler', () => {
  itOnSources('is called without the pipeline if nothing is bound to it', async () => {
    const { endpoint } = await serve({ controllers: [probeController()] });
    expect(await clientOf(Probe, endpoint).Ask('why')).toBe('why false');
  });

  it.each([
    ['without the pipeline in a microservice', 'why false', serveAlone],
    ['through the pipeline next to an HTTP server', 'why true', serveBesideHttp],
  ])('of ThriftModule is called %s', async (_name, answer, start) => {
    const { unwrap, app } = await start();
    cleanUp(() => app.close());
    expect(await clientOf(Probe, unwrap().address!).Ask('why')).toBe(answer);
  });

  it.each(bound)('is called through the pipeline under $what', async (under) => {
    const { answer, controller = probeController(), provider, configure } = under;
    const providers = provider === undefined ? [] : [provider];
    const { endpoint } = await serve({ controllers: [controller], providers }, {}, configure);
    expect(await clientOf(Probe, endpoint).Ask('why')).toBe(answer);
  });

  it('is called through the pipeline if a decorator says what its parameters are', async () => {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod()
      Ask(@Payload(new Shout()) question: string): string {
        return `${question} ${cameThroughNest()}`;
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] });
    expect(await clientOf(Probe, endpoint).Ask('why')).toBe('WHY true');
  });
});

describe.each(['always', 'if needed'] as const)('a handler, with the pipeline %s', (pipeline) => {
  async function ask(answer: (question: string, context: ThriftContext) => unknown) {
    @ThriftService(untyped(Probe))
    class ProbeController {
      readonly #own = 'own';

      @ThriftMethod()
      Ask(question: string, context: ThriftContext): unknown {
        return this.#own === 'own' && answer(question, context);
      }
    }
    const { endpoint, logs } = await serve(
      { controllers: [ProbeController] },
      {},
      undefined,
      pipeline,
    );
    const client = clientOf(Probe, endpoint);
    return { outcome: await client.Ask('why').catch((error: unknown) => error), logs };
  }

  it.each([
    ['a value', (question: string) => question],
    ['a promise', async (question: string) => question],
    ['an Observable', (question: string) => of('first', question)],
    ['a promise of an Observable', async (question: string) => of('first', question)],
    [
      'what the context tells',
      (question: string, context: ThriftContext) =>
        context instanceof ThriftContext && context.method === 'Ask' ? question : 'no context',
    ],
  ])('may give %s', async (_name, answer) => {
    expect((await ask(answer)).outcome).toBe('why');
  });

  it.each([
    [
      'throws',
      () => {
        throw new BizStatusError(1002, 'bad');
      },
    ],
    [
      'rejects with',
      async () => {
        throw new BizStatusError(1002, 'bad');
      },
    ],
    ['gives an Observable that ends with', () => throwError(() => new BizStatusError(1002, 'bad'))],
  ])('%s an error meant for the caller', async (_name, answer) => {
    const { outcome, logs } = await ask(answer);
    expect(outcome).toMatchObject({ statusCode: 1002, message: expect.stringContaining('bad') });
    expect(logs.errors).toEqual([]);
  });

  it('throws an RpcException, whose text is meant for the caller', async () => {
    const { outcome } = await ask(() => {
      throw new RpcException('told');
    });
    expect((outcome as Error).message).toContain('told');
  });

  it('throws an RpcException with a code', async () => {
    const { outcome } = await ask(() => {
      throw new RpcException({ code: 7, message: 'seven' });
    });
    expect(outcome).toMatchObject({ statusCode: 7 });
  });

  it('throws anything else, which is logged once and kept from the caller', async () => {
    const { outcome, logs } = await ask(() => {
      throw new TypeError('secret');
    });
    expect(outcome).toMatchObject({ code: 'REMOTE_ERROR' });
    expect((outcome as Error).message).not.toContain('secret');
    expect(logs.errors).toEqual(['secret']);
  });
});
