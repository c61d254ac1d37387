import type { AsyncResource } from 'node:async_hooks';
import type { OutgoingCall } from '../call/outgoing-call.js';
import { parseEndpoint } from '../connection/endpoint-address.js';
import type { ResolvedClientOptions } from '../connection/resolved-client-options.js';
import { ClientClosedError, ConnectError, StreamClosedError } from '../errors/errors.js';
import { StreamObservation } from '../observer/stream-observation.js';
import type { OutgoingStream } from '../stream/outgoing-stream.js';
import { STREAM } from '../stream/stream-invoker.js';
import { StreamPool } from './stream-pool.js';

/** The connections of a client that carry streams, by address; calls have connections of their own. */
export class StreamPools {
  readonly #settings: ResolvedClientOptions;
  readonly #scope: AsyncResource;
  readonly #pools = new Map<string, StreamPool>();
  /** Pools that finish their streams and get no more. */
  readonly #drainingPools = new Set<StreamPool>();
  #isClosed = false;

  constructor(settings: ResolvedClientOptions, scope: AsyncResource) {
    this.#settings = settings;
    this.#scope = scope;
  }

  /** Opens a stream on the instance that the call names; settles with its first message, or with its end. */
  open(call: OutgoingCall): Promise<void> {
    const stream = call.context.get(STREAM);
    if (stream === undefined) {
      const name = `${call.service.name}.${call.method.name}`;
      return Promise.reject(new TypeError(`${name} has a stream, and the call has none`));
    }
    return new Promise((resolve, reject) => {
      const { address } = call;
      if (stream.isDone || !stream.begin({ succeeded: resolve, failed: reject })) {
        const message = `${stream.label} is not opened again: messages were sent that cannot be sent twice`;
        reject(stream.openError ?? new StreamClosedError(message));
      } else if (this.#isClosed) {
        stream.fail(new ClientClosedError(`${stream.label}: the client is closed`));
      } else if (address === undefined) {
        const message = `${stream.label} has no instance to call: name one in StreamOptions.address, or put balancing in front`;
        stream.fail(new ConnectError('', message));
      } else {
        try {
          this.#observe(stream, call, address);
          this.#poolOf(address).open(stream, call);
        } catch (error) {
          stream.fail(error);
        }
      }
    });
  }

  /** Releases an instance that discovery removed: open streams end, then its connections close. */
  remove(address: string): void {
    const pool = this.#pools.get(address);
    if (pool !== undefined) {
      this.#pools.delete(address);
      void this.#drain(pool);
    }
  }

  /** Refuses further streams and lets those that are open end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(
      [...this.#pools.values(), ...this.#drainingPools].map((pool) => this.#drain(pool)),
    );
    this.#pools.clear();
  }

  /** Ends all streams and closes all connections. */
  destroy(error?: Error): void {
    this.#isClosed = true;
    for (const pool of [...this.#pools.values(), ...this.#drainingPools]) {
      pool.destroy(error);
    }
  }

  #observe(stream: OutgoingStream, call: OutgoingCall, address: string): void {
    const { observers } = this.#settings;
    if (observers.watchesStreams) {
      const { service, method } = stream.target;
      stream.observation = new StreamObservation(
        observers,
        { side: 'client', service, method, address, outgoing: call },
        stream,
      );
    }
  }

  #poolOf(address: string): StreamPool {
    let pool = this.#pools.get(address);
    if (pool === undefined) {
      parseEndpoint(address);
      pool = new StreamPool(address, this.#settings, this.#scope);
      this.#pools.set(address, pool);
    }
    return pool;
  }

  async #drain(pool: StreamPool): Promise<void> {
    this.#drainingPools.add(pool);
    await pool.drain();
    this.#drainingPools.delete(pool);
  }
}
