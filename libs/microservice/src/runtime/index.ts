// For files that `nestjs-thrift gen` wrote for projects with Nest; loads neither Nest nor rxjs.
import type { Observable } from 'rxjs';

export * from '@nestjs-thrift/codec/descriptor';
export type { CallOptions } from '@nestjs-thrift/transport';
export type { ThriftContext } from '../context/thrift-context.js';

/** What a handler may return: the result, or what will give it. */
export type Handled<T> = Promise<T> | Observable<T> | T;
