import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CallbackReport, errorText } from '@nestjs-thrift/transport/internal';
import { DiagnosisAccess } from '../diagnosis/diagnosis-access.js';
import { ThriftDiagnosis } from '../diagnosis/thrift-diagnosis.js';
import { type ProbeResult, ThriftProbes } from '../probes/thrift-probes.js';
import { HEALTH_SETTINGS, type HealthSettings } from '../thrift-health-options.js';

/** Codes of a package that is not installed: of `import()`, and of the `require` that bundlers make of it. */
const MODULE_NOT_FOUND = new Set<string | undefined>(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/** What the global registry of prom-client exposes; `undefined` if prom-client is not installed. */
export async function readMetrics(): Promise<{ type: string; body: string } | undefined> {
  let client: typeof import('prom-client');
  try {
    client = await import('prom-client');
  } catch (error) {
    if (MODULE_NOT_FOUND.has((error as NodeJS.ErrnoException).code)) {
      return undefined;
    }
    throw error;
  }
  const { register } = client;
  return { type: register.contentType, body: await register.metrics() };
}

/** A request for a probe is short. */
const MAX_HEADER_BYTES = 8192;
const REQUEST_TIMEOUT_MS = 5000;
/** Node looks for late requests this often; its default of 30 seconds would be added to their time. */
const TIMEOUT_CHECK_MS = 1000;

/** An answer over HTTP. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Serves `/health`, `/ready`, `/metrics` and on request `/diagnosis` on a port of their own: from the start of the application on, before its server
 * listens, until everything else is closed. Works in a pure microservice, which has no HTTP server.
 */
@Injectable()
export class AdminServer implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger(AdminServer.name);
  readonly #logReport = new CallbackReport('the logger');
  readonly #access: DiagnosisAccess | undefined;
  #server: Server | undefined;
  #opening: Promise<void> | undefined;

  constructor(
    @Inject(HEALTH_SETTINGS) private readonly settings: HealthSettings,
    private readonly probes: ThriftProbes,
    private readonly diagnosis: ThriftDiagnosis,
  ) {
    const wanted = settings.admin?.diagnosis ?? false;
    if (wanted === false) {
      return;
    }
    this.#access = new DiagnosisAccess(wanted === true ? undefined : wanted.allowFrom);
  }

  /** The port it listens on; `undefined` while it does not. */
  get port(): number | undefined {
    return (this.#server?.address() as AddressInfo | null | undefined)?.port;
  }

  /**
   * Opens the port once: Nest calls this twice for a microservice that is initialised before it listens.
   *
   * @throws Error when the port cannot be used; the application does not start then.
   */
  onApplicationBootstrap(): Promise<void> {
    return (this.#opening ??= this.#open());
  }

  /** The last phase of a shutdown: servers have drained and clients are closing. */
  async onApplicationShutdown(): Promise<void> {
    const server = this.#server;
    if (server === undefined) {
      return;
    }
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async #open(): Promise<void> {
    const { admin } = this.settings;
    if (admin === undefined) {
      return;
    }
    const { port, host } = admin;
    const server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: REQUEST_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      },
      (request, response) => void this.#respond(request, response),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) =>
        reject(new Error(`cannot open the admin port ${port}: ${cause.message}`, { cause })),
      );
      server.listen(port, host, resolve);
    });
    this.#server = server;
    // log log: The admin port listens.
    this.#logger.log(`probes and metrics on port ${this.port}`);
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.#answer(request);
    } catch (error) {
      // log error: A page of the admin port failed: an indicator, or a metric that throws.
      const message = `${request.url} failed: ${errorText(error)}`;
      this.#logReport.run(() => this.#logger.error(message));
      answer = text(500, 'internal error');
    }
    const { status, type, body } = answer;
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(body);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { method, url = '' } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      return text(405, 'only GET and HEAD');
    }
    switch (url.split('?', 1)[0]) {
      case '/health':
        return probed(await this.probes.live());
      case '/ready':
        return probed(await this.probes.ready());
      case '/metrics': {
        const metrics = await readMetrics();
        return metrics === undefined
          ? text(404, 'no metrics: install prom-client')
          : { status: 200, ...metrics };
      }
      case '/diagnosis':
        return this.#diagnose(request);
      default:
        return text(404, 'here are /health, /ready and /metrics');
    }
  }

  #diagnose(request: IncomingMessage): Answer {
    const access = this.#access;
    if (access === undefined) {
      return text(404, 'the diagnosis is off: turn it on with admin: { diagnosis: true }');
    }
    if (!access.permits(request)) {
      return text(403, 'the diagnosis is not for this address');
    }
    return json(200, JSON.stringify(this.diagnosis.report(), undefined, 2));
  }
}

function probed({ passed, result }: ProbeResult): Answer {
  return json(passed ? 200 : 503, JSON.stringify(result));
}

function json(status: number, body: string): Answer {
  return { status, type: 'application/json; charset=utf-8', body };
}

function text(status: number, body: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body };
}
