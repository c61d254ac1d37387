import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CallbackReport } from '@nestjs-thrift/transport/internal';
import type { ThriftServer } from './thrift-server.js';

/** An application that starts its server late has until then. */
const GRACE_MS = 10_000;

/** Warns in the log when the application has started and the server that it configured has not: it is easy to forget to connect it. */
export class UnusedServerWarning implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #server: ThriftServer;
  readonly #isConfigured: boolean;

  readonly #logger = new Logger('ThriftModule');
  readonly #logReport = new CallbackReport('the logger');
  #timer: NodeJS.Timeout | undefined;
  #hasListened = false;

  /** @param isConfigured whether the application gave options for the server. */
  constructor(server: ThriftServer, isConfigured: boolean) {
    this.#server = server;
    this.#isConfigured = isConfigured;
  }

  onApplicationBootstrap(): void {
    if (!this.#isConfigured || this.#timer !== undefined) {
      return;
    }
    this.#server.status.subscribe(() => (this.#hasListened = true));
    this.#timer = setTimeout(() => this.#check(), GRACE_MS).unref();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.#timer);
  }

  #check(): void {
    if (this.#hasListened) {
      return;
    }
    this.#logReport.run(() =>
      this.#logger.warn(
        // log warn: A server is configured and never started. Start it, or remove the option.
        `ThriftModule.forRoot configures a server that does not listen ${GRACE_MS / 1000} s after the start: ` +
          'call ThriftModule.connect(app) and await app.startAllMicroservices() before app.listen(), ' +
          'or leave out the option "server"',
      ),
    );
  }
}
