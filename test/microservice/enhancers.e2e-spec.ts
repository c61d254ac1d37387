import {
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  BizStatusError,
  ThriftContext,
  ThriftMethod,
  ThriftService,
  currentCall,
} from '@nestjs-thrift/microservice';
import { IsInt, IsString, Max, MinLength } from 'class-validator';
import { type Observable, map } from 'rxjs';
import { clientOf, serve } from '#test/applications.js';
import { describeOnNest12 } from '#test/nest-version.js';
import { Probe, Shop, untyped } from '#test/shop.js';

class ItemDto {
  id!: bigint;

  @IsString()
  @MinLength(2)
  name!: string;
}

class DescribeDto {
  @IsString()
  prefix!: string;

  item!: ItemDto;
}

const validation = new ValidationPipe({
  transform: true,
  whitelist: false,
  exceptionFactory: (errors) =>
    new BizStatusError(1002, 'invalid', { field: errors[0]?.property ?? '' }),
});

function shopController(describe: (data: DescribeDto, context: ThriftContext) => string) {
  @ThriftService(untyped(Shop))
  class ShopController {
    @ThriftMethod()
    Describe(data: DescribeDto, context: ThriftContext): string {
      return describe(data, context);
    }
    @ThriftMethod() GetItem(): void {}
    @ThriftMethod() Count(): number {
      return 0;
    }
    @ThriftMethod() Reset(): void {}
    @ThriftMethod() Note(): void {}
  }
  return ShopController;
}

describe('ValidationPipe', () => {
  it('validates a payload by its class, and leaves the context alone', async () => {
    let received: [DescribeDto, ThriftContext] | undefined;
    const { endpoint } = await serve({
      controllers: [
        shopController((...args) => {
          received = args;
          return args[1].call === currentCall() ? 'fine' : 'a copy of the call';
        }),
      ],
      providers: [{ provide: APP_PIPE, useValue: validation }],
    });
    const client = clientOf(Shop, endpoint);
    expect(await client.Describe('a', { id: 2n ** 60n, name: 'book' })).toBe('fine');
    const [data, context] = received!;
    expect(data).toBeInstanceOf(DescribeDto);
    expect(data.item.id).toBe(2n ** 60n);
    expect(context).toBeInstanceOf(ThriftContext);
    expect(context.method).toBe('Describe');
  });

  it('rejects with the configured business status', async () => {
    class Question {
      @IsInt()
      @Max(3)
      number!: number;
    }

    @ThriftService(untyped(Probe))
    class ProbeController {
      @ThriftMethod()
      @UsePipes(
        { transform: (text: unknown) => (typeof text === 'string' ? JSON.parse(text) : text) },
        validation,
      )
      Ask(@Payload() question: Question, @Ctx() context: ThriftContext): string {
        return `${question.number} by ${context.getPattern()}`;
      }
    }

    const { endpoint } = await serve({ controllers: [ProbeController] });
    const client = clientOf(Probe, endpoint);
    expect(await client.Ask('{"number": 3}')).toBe('3 by Probe.Ask');
    await expect(client.Ask('{"number": 4}')).rejects.toMatchObject({
      statusCode: 1002,
      extra: { field: 'number' },
    });
  });
});

describeOnNest12('StandardSchemaValidationPipe', () => {
  it('validates a payload by the schema of its parameter', async () => {
    const { StandardSchemaValidationPipe } = await import('@nestjs/common');
    const short = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (value: unknown) =>
          typeof value === 'string' && value.length < 4
            ? { value: value.toUpperCase() }
            : { issues: [{ message: 'too long' }] },
      },
    };

    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(@Payload({ schema: short }) question: string): string {
        return question;
      }
    }

    const { endpoint } = await serve(
      { controllers: [ProbeController] },
      { exposeErrors: true },
      (app) => {
        app.useGlobalPipes(new StandardSchemaValidationPipe());
      },
    );
    const client = clientOf(Probe, endpoint);
    expect(await client.Ask('who')).toBe('WHO');
    await expect(client.Ask('why not')).rejects.toMatchObject({ code: 'REMOTE_ERROR' });
  });
});

describe('interceptors', () => {
  class Shout implements NestInterceptor {
    intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
      const { metadata } = context.switchToRpc().getContext<ThriftContext>();
      return next.handle().pipe(map((text) => `${String(text)}${metadata.get('mark') ?? ''}`));
    }
  }

  it('change results, and see the context and the call being served', async () => {
    const served: unknown[] = [];

    @ThriftService(Probe)
    @UseInterceptors(Shout)
    class ProbeController {
      @ThriftMethod() async Ask(question: string, context: ThriftContext): Promise<string> {
        await Promise.resolve();
        served.push(currentCall() === context.call);
        return question;
      }
    }

    const { endpoint } = await serve({
      controllers: [ProbeController],
      providers: [{ provide: APP_INTERCEPTOR, useClass: Shout }],
    });
    expect(await clientOf(Probe, endpoint).Ask('who', { metadata: { mark: '!' } })).toBe('who!!');
    expect(served).toEqual([true]);
  });
});

describeOnNest12('pre-request hooks', () => {
  it('run before guards', async () => {
    const order: string[] = [];

    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(): string {
        order.push('handler');
        return order.join(' ');
      }
    }

    class Guard {
      canActivate(): boolean {
        order.push('guard');
        return true;
      }
    }

    const { endpoint } = await serve(
      { controllers: [ProbeController], providers: [{ provide: APP_GUARD, useClass: Guard }] },
      {},
      (app) => {
        app.registerPreRequestHook((_context, next) => {
          order.push('hook');
          return next();
        });
      },
    );
    expect(await clientOf(Probe, endpoint).Ask('?')).toBe('hook guard handler');
  });
});

describe('processing hooks', () => {
  it('run around handlers, the end hook after failures too', async () => {
    const log: string[] = [];

    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(question: string): string {
        log.push('handler');
        if (question === 'fail') {
          throw new BizStatusError(1, 'no');
        }
        return 'done';
      }
    }

    const { endpoint, server } = await serve({ controllers: [ProbeController] });
    server.setOnProcessingStartHook((transportId, context, done) => {
      log.push(`start ${String(transportId)} ${(context as ThriftContext).getPattern()}`);
      void done();
    });
    server.setOnProcessingEndHook(() => log.push('end'));
    const client = clientOf(Probe, endpoint);
    expect(await client.Ask('?')).toBe('done');
    await expect(client.Ask('fail')).rejects.toMatchObject({ statusCode: 1 });
    const round = ['start Symbol(nestjs-thrift) Probe.Ask', 'handler', 'end'];
    expect(log).toEqual([...round, ...round]);
  });
});
