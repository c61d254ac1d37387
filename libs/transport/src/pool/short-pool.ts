import type { ConnectError } from '../errors/errors.js';
import { AddressPool } from './address-pool.js';
import type { ClientConnection } from '../connection/client-connection.js';

/** A connection per call. Kitex: WithShortConnection. */
export class ShortPool extends AddressPool {
  protected readonly maxWaiting = Infinity;
  protected readonly advice = '';

  protected take(): undefined {
    return undefined;
  }

  protected opened(connection: ClientConnection): void {
    const call = this.waiting.shift();
    if (call === undefined || !connection.send(call, performance.now())) {
      connection.retire();
    }
  }

  protected offer(connection: ClientConnection): void {
    connection.retire();
  }

  protected adopt(connection: ClientConnection): void {
    connection.retire();
  }

  protected mayGrow(): boolean {
    return true;
  }

  protected needsDial(): boolean {
    return this.dialling < this.waiting.size;
  }

  protected dialFailed(error: ConnectError): void {
    const call = this.waiting.shift();
    if (call !== undefined) {
      this.failWaiting(call, error);
    }
  }

  protected warmSize(): number {
    return 0;
  }

  protected removed(): void {}
  protected retireUnused(): void {}
}
