import type { ClientGovernance, Instance } from '@nestjs-thrift/governance';
import type { ClientTransport, ClientTransportOptions } from '@nestjs-thrift/transport';

/** Keeps the connections of `minIdlePerAddress` to the instances of a client open, also of instances that appear later. */
export class WarmConnections {
  readonly #transport: ClientTransport;
  readonly #isAsked: boolean;
  readonly #report: (what: string, error: unknown) => void;
  #hasStarted = false;

  /** @param report receives why connections could not be made: calls find that out for themselves, so nothing fails. */
  constructor(
    transport: ClientTransport,
    connection: ClientTransportOptions['connection'],
    report: (what: string, error: unknown) => void,
  ) {
    this.#transport = transport;
    this.#isAsked = connection?.mode === 'long' && (connection.minIdlePerAddress ?? 0) > 0;
    this.#report = report;
  }

  /** Connects to the instances known, waiting for the first answer of discovery. */
  async start(governances: readonly ClientGovernance[]): Promise<void> {
    if (!this.#isAsked) {
      return;
    }
    this.#hasStarted = true;
    for (const governance of governances) {
      try {
        await this.#connect(await governance.ready());
      } catch (error) {
        // log warn: No connection could be opened in advance. The first calls try again.
        this.#report(`${governance.targetServiceName} is not connected yet`, error);
      }
    }
  }

  /** Connects to instances that discovery has added since the start. */
  add(instances: readonly Instance[]): void {
    if (this.#hasStarted && instances.length > 0) {
      const addresses = instances.map(({ address }) => address).join(', ');
      this.#connect(instances).catch((error: unknown) =>
        // log warn: The same for instances that discovery has added.
        this.#report(`new instances are not connected yet (${addresses})`, error),
      );
    }
  }

  #connect(instances: readonly Instance[]): Promise<void> {
    return this.#transport.warmUp(instances.map(({ address }) => address));
  }
}
