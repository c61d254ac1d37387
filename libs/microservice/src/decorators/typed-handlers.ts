import type { CallOptions } from '@nestjs-thrift/transport';
import type { Observable } from 'rxjs';
import type { ThriftContext } from '../context/thrift-context.js';
import type { ControllerClass } from './handler-binding.js';

/** What a handler may return for a result. */
type Returned<Result> = Result | Promise<Result> | Observable<Result>;

/**
 * The handler of a method of a client interface. The interface does not carry the names of parameters, so of several ones only the
 * result is checked.
 */
export type HandlerOf<Method> = Method extends (...args: infer Parameters) => Promise<infer Result>
  ? Parameters extends [request: infer Request, options?: CallOptions]
    ? (request: Request, context: ThriftContext, ...more: never[]) => Returned<Result>
    : (...args: never[]) => Returned<Result>
  : (...args: never[]) => unknown;

/** A class whose methods with the names of a client interface serve what that declares. */
export type ControllerOf<Client, Class extends ControllerClass> = Class &
  (abstract new (...args: never[]) => {
    readonly [Name in keyof InstanceType<Class> & keyof Client]: HandlerOf<Client[Name]>;
  });
