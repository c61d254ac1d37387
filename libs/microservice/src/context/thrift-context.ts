import type { X509Certificate } from 'node:crypto';
import { BaseRpcContext } from '@nestjs/microservices';
import type { IncomingCall, ProtocolName, TransportName } from '@nestjs-thrift/transport';

/**
 * What a handler may know about the request it serves; its second argument. Guards, pipes, interceptors and filters
 * get it from `host.switchToRpc().getContext()`.
 *
 * @example
 * ```ts
 * @ThriftMethod()
 * async GetUser(req: GetUserRequest, ctx: ThriftContext) {
 *   if (ctx.remainingMs < 20) throw new BizStatusError(1003, 'too late to ask the database');
 *   ctx.setBackwardMetadata('shard', '7');
 *   …
 * }
 * ```
 */
export class ThriftContext extends BaseRpcContext<[IncomingCall]> {
  constructor(call: IncomingCall) {
    super([call]);
  }

  /** The request as the transport sees it. */
  get call(): IncomingCall {
    return this.args[0];
  }

  /** Name of the service in the IDL. */
  get service(): string {
    return this.args[0].service.name;
  }

  /** Name of the method in the IDL. */
  get method(): string {
    return this.args[0].method.name;
  }

  /** Registry name of the calling service; empty when the caller did not say. Kitex: `rpcinfo.From().ServiceName()`. */
  get caller(): string {
    return this.args[0].caller;
  }

  /** The verified certificate of the peer; `undefined` without mutual TLS. Access is decided by it, not by the name a caller gives itself. */
  get peerCertificate(): X509Certificate | undefined {
    return this.args[0].peerCertificate;
  }

  /** Method the caller was serving when it called; empty when it did not say. */
  get callerMethod(): string {
    return this.args[0].callerMethod;
  }

  /** Log id of the caller (TTHeader key 2); empty when it did not say. */
  get logId(): string {
    return this.args[0].logId;
  }

  /** When the caller stops waiting, on the clock of `performance.now()`; `Infinity` when it did not say. */
  get deadline(): number {
    return this.args[0].deadline;
  }

  /** Milliseconds until the caller stops waiting, at least 0; `Infinity` when it did not say. */
  get remainingMs(): number {
    return Math.max(0, this.args[0].deadline - performance.now());
  }

  /** Values the caller sent to this service alone. Kitex: `metainfo.GetValue`. */
  get metadata(): ReadonlyMap<string, string> {
    return this.args[0].metadata;
  }

  /** Values sent to every service on the way; calls made by the handler carry them on. Kitex: `metainfo.GetPersistentValue`. */
  get persistentMetadata(): ReadonlyMap<string, string> {
    return this.args[0].persistentMetadata;
  }

  /** Address of the caller: `host:port`, or the path of a Unix socket. */
  get remoteAddress(): string {
    return this.args[0].remoteAddress;
  }

  /** How the message was wrapped. */
  get transport(): TransportName {
    return this.args[0].transport;
  }

  /** How its values were written. */
  get protocol(): ProtocolName {
    return this.args[0].protocol;
  }

  /** Aborts when the deadline passes or the caller goes away: for work that can be given up. */
  get signal(): AbortSignal {
    return this.args[0].signal;
  }

  /** Adds a value for every service that this handler calls later. Kitex: `metainfo.WithPersistentValue`. */
  setPersistentMetadata(key: string, value: string): void {
    this.args[0].setPersistentMetadata(key, value);
  }

  /** Sends a value back with the reply; only TTHeader callers receive it. Kitex: `metainfo.SendBackwardValue`. */
  setBackwardMetadata(key: string, value: string): void {
    this.args[0].setBackwardMetadata(key, value);
  }

  /** The pattern the handler is bound to: `Service.method`. */
  getPattern(): string {
    return `${this.service}.${this.method}`;
  }

  /** {@link ThriftContext.metadata} as an object, the shape Nest's own contexts have. */
  getMetadata(): Record<string, string> {
    return Object.fromEntries(this.metadata);
  }
}
