import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import type { FaultPlan } from './fault-plan.js';
import type { ThriftStreamFaults } from './stream-faults.js';
import { Link, type TTHeaders } from './link.js';
import type { FaultyPort } from './thrift-faults.js';

const HOST = '127.0.0.1';

/** The port that callers see, in front of the server that serves them. */
export class Gate implements FaultyPort {
  readonly #target: { readonly address: string };
  readonly #plan: FaultPlan;
  readonly #streamFaults: ThriftStreamFaults;
  #port: number;

  #server: Server | undefined;
  readonly #links = new Set<Link>();

  /** @param port port of the loopback address; 0 takes a free one when it opens first. */
  constructor(
    target: { readonly address: string },
    plan: FaultPlan,
    streamFaults: ThriftStreamFaults,
    port: number,
  ) {
    this.#target = target;
    this.#plan = plan;
    this.#streamFaults = streamFaults;
    this.#port = port;
  }

  get address(): string {
    return `${HOST}:${this.#port}`;
  }

  /** Headers of a request, once; `undefined` if it had none. */
  takeHeaders(remoteAddress: string, sequenceId: number): TTHeaders | undefined {
    for (const link of this.#links) {
      if (link.serverSideAddress === remoteAddress) {
        return link.takeHeaders(sequenceId);
      }
    }
    return undefined;
  }

  async open(): Promise<void> {
    if (this.#server !== undefined) {
      return;
    }
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (caller) => {
      this.#link(caller);
    });
    server.listen(this.#port, HOST);
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  async shut(): Promise<void> {
    const server = this.#server;
    if (server === undefined) {
      return;
    }
    this.#server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const link of this.#links) {
      link.reset();
    }
    await closed;
  }

  #link(caller: Socket): void {
    const port = Number(this.#target.address.split(':')[1]);
    const server = connect({ host: HOST, port, allowHalfOpen: true, noDelay: true });
    const link = new Link(caller, server, this.#plan, this.#streamFaults);
    this.#links.add(link);
    caller.once('close', () => this.#links.delete(link));
  }
}
