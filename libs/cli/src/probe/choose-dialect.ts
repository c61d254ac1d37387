import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import { BizStatusError } from '@nestjs-thrift/transport';
import type { ConnectionOptions } from '../connection/connection-options.js';
import { readTlsOptions, usesTls } from '../connection/tls-options.js';
import type { CommandIo } from '../terminal/terminal.js';
import { detectDialect, type Detection } from './detect-dialect.js';
import type { Route } from './open-socket.js';
import type { Dialect } from './probe-message.js';
import { RememberedDialects } from './remembered-dialects.js';
import { certificateName, parseTarget, socketAddress } from './target.js';

/** The server and the method that are called. */
export interface Callee {
  readonly address: string;
  readonly service: string;
  readonly method: string;
}

/** The dialect of a call, and how it became that. */
export interface ChosenDialect extends Dialect {
  /** `default` where the probes found nothing that is worth an error before that of the call, such as no connection. */
  readonly source: 'given' | 'probed' | 'remembered' | 'default';
}

/** Streams have one dialect. */
export const STREAM_DIALECT: ChosenDialect = {
  transport: 'TTHeader',
  protocol: 'binary',
  source: 'given',
};

const DEFAULT_TRANSPORT = 'TTHeaderFramed';
const DEFAULT_PROTOCOL = 'binary';
/** Longest wait for the answer to a probe, or a third of `--timeout` where that is longer. */
const MIN_PROBE_MS = 1000;

/** Codes of errors that a server has answered with. */
const REPLY_CODES: ReadonlySet<string> = new Set(['REMOTE_ERROR', 'LIMIT_EXCEEDED']);

/** Chooses the dialect of a call: that of the options, the remembered one, or the one that a server answers. */
export class DialectChooser {
  readonly #options: ConnectionOptions;
  readonly #io: CommandIo;
  readonly #remembered: RememberedDialects;

  constructor(options: ConnectionOptions, io: CommandIo) {
    this.#options = options;
    this.#io = io;
    this.#remembered = new RememberedDialects(io);
  }

  /** @throws ThriftRpcError `NOT_SENT` where the server answers no dialect */
  async choose(callee: Callee): Promise<ChosenDialect> {
    const { transport, protocol } = this.#options;
    if (transport !== 'auto') {
      return { transport, protocol: protocol ?? DEFAULT_PROTOCOL, source: 'given' };
    }
    const known = this.#remembered.find(this.#key(callee));
    if (known !== undefined && (protocol ?? known.protocol) === known.protocol) {
      return { transport: known.transport, protocol: known.protocol, source: 'remembered' };
    }
    const { route, waitMs, detection } = await this.#probe(callee);
    if (detection.kind === 'found') {
      return { ...detection.dialect, source: 'probed' };
    }
    if (detection.kind === 'unreachable' || isAboutTls(detection, route)) {
      // The call fails in the same way, with a message that knows more.
      return {
        transport: DEFAULT_TRANSPORT,
        protocol: protocol ?? DEFAULT_PROTOCOL,
        source: 'default',
      };
    }
    const { address, service, method } = callee;
    const reason = `${service}.${method}: ${address} ${reasonOf(detection, waitMs)}`;
    throw new ThriftRpcError('NOT_SENT', `${reason}${this.#advice(detection, address)}`);
  }

  /** Remembers the dialect after a reply; a dialect without one is forgotten. */
  ended(callee: Callee, { source, transport, protocol }: ChosenDialect, error?: unknown): void {
    if (error === undefined || isReply(error)) {
      if (source === 'probed') {
        this.#remembered.remember(this.#key(callee), { transport, protocol });
      }
    } else if (source === 'remembered') {
      this.#remembered.forget(this.#key(callee));
    }
  }

  async #probe({ address, service }: Callee): Promise<{
    readonly route: Route;
    readonly waitMs: number;
    readonly detection: Detection;
  }> {
    const { protocol, multiplexed, timeout, connectTimeout: connectTimeoutMs } = this.#options;
    const route = this.#route(address);
    const waitMs = Math.max(MIN_PROBE_MS, timeout / 3);
    const { signal } = this.#io;
    const multiplexedService = multiplexed ? service : undefined;
    const limits = { timeoutMs: waitMs, connectTimeoutMs, signal };
    const detection = await detectDialect({ route, protocol, multiplexedService }, limits);
    return { route, waitMs, detection };
  }

  #route(address: string): Route {
    const target = parseTarget(address);
    const to = socketAddress(target);
    const tls = readTlsOptions(this.#options, this.#io);
    return tls === undefined
      ? { address: to }
      : { address: to, tls: { ...tls, servername: tls.servername ?? certificateName(target) } };
  }

  #key({ address }: Callee): string {
    const { multiplexed } = this.#options;
    return `${address}${usesTls(this.#options) ? ' TLS' : ''}${multiplexed ? ' multiplexed' : ''}`;
  }

  #advice(detection: Detection, address: string): string {
    if (detection.kind === 'foreign') {
      return '';
    }
    const missing = [
      !usesTls(this.#options) && '--tls',
      !this.#options.multiplexed && '--multiplexed',
    ];
    const hint = missing.filter((each) => each !== false).join(' or ');
    const needs = hint === '' ? '' : `it may need ${hint}; `;
    return `; ${needs}choose a transport with --transport, or see what nestjs-thrift diagnose ${address} finds`;
  }
}

/** Without TLS a server that requires it answers with an alert; with TLS it may close because of the certificate. */
function isAboutTls(detection: Detection, { tls }: Route): boolean {
  return detection.kind === 'foreign'
    ? detection.protocol.name === 'TLS'
    : detection.kind === 'rejected' && tls !== undefined;
}

function reasonOf(detection: Exclude<Detection, { kind: 'found' }>, waitMs: number): string {
  switch (detection.kind) {
    case 'foreign':
      return `uses ${detection.protocol.name}, not Thrift; ${detection.protocol.next}`;
    case 'silent':
      return `accepts connections and answers neither Framed nor Buffered messages within ${Math.round(waitMs)} ms`;
    case 'rejected':
      return `answers over no transport (${detection.tried.join(', ')})`;
    case 'unreachable':
      return 'cannot be reached';
  }
}

function isReply(error: unknown): boolean {
  return (
    error instanceof BizStatusError ||
    error instanceof ThriftException ||
    (error instanceof ThriftRpcError && REPLY_CODES.has(error.code))
  );
}
