import { Logger, type LoggerService } from '@nestjs/common';
import { ThriftObserver, type ThriftProcessObserver } from '@nestjs-thrift/microservice';
import {
  type CallOutcome,
  enableCurrentCall,
  type IncomingCall,
  type ObservedStream,
  type OutgoingCall,
  type StreamOutcome,
} from '@nestjs-thrift/transport';
import {
  CallbackReport,
  findRequestId,
  findValue,
  inheritedMetadata,
  type Resolved,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import { errorMessage, errorType } from '../describe-error.js';
import { displayName } from '../service-names.js';
import { getCallTrace } from '../trace-of-call.js';
import { type CallLine, streamFields } from './call-line.js';
import {
  CALL_LOG_OPTIONS,
  type CallLogLevel,
  type CallLogLevels,
  Redaction,
  type ThriftCallLogOptions,
} from './call-log-options.js';

const MAX_IDENTIFIER = 128;
const LOG_ID_KEYS = ['log-id', 'logid', 'k-logid'];

/**
 * Logs one structured line per call, served or made, and two per stream, through Nest's logger: an object, which `ConsoleLogger({ json: true })`
 * and pino write as fields. In Nest, `ThriftCallLogModule` is all there is to do; without it, one object goes into the `observers`
 * of servers and of clients.
 *
 * @example
 * const log = new ThriftCallLog({ sampleRate: 0.01, slowMs: 200 });
 * const transport = new ClientTransport({ observers: [log] });
 */
@ThriftObserver()
export class ThriftCallLog implements ThriftProcessObserver {
  readonly #options: Resolved<typeof CALL_LOG_OPTIONS>;

  readonly #logger: LoggerService;
  readonly #slowMs: number;
  readonly #redaction: Redaction;
  #serviceName: string | undefined;
  readonly #report = new CallbackReport('the logger of the call log');

  /** @throws TypeError that names each wrong option. */
  constructor(options: ThriftCallLogOptions = {}) {
    this.#options = resolveOptions('callLog', CALL_LOG_OPTIONS, options);
    const { logger, slowMs, serviceName, redact } = this.#options;
    this.#logger = logger ?? new Logger('ThriftCall');
    this.#slowMs = slowMs || Infinity;
    this.#serviceName = serviceName;
    this.#redaction = new Redaction(redact);
    // Only then errors that Nest replaces are seen as they were thrown.
    enableCurrentCall();
  }

  /** Names this process, unless the options do. */
  runsAs(serviceName: string): void {
    this.#serviceName ??= serviceName;
  }

  /** Returns what the call takes over from what is being served: when it ends, another context is active. */
  callStarted(): ReadonlyMap<string, string> | undefined {
    return inheritedMetadata();
  }

  callFinished(
    call: OutgoingCall,
    outcome: CallOutcome,
    address: string,
    inherited: unknown,
  ): void {
    if (this.#isSkipped(outcome)) {
      return;
    }
    this.#write(outcome, this.#clientLine(call, outcome, address, inherited));
  }

  requestFinished(call: IncomingCall, outcome: CallOutcome): void {
    if (this.#isSkipped(outcome)) {
      return;
    }
    this.#write(outcome, this.#serverLine(call, outcome));
  }

  /** Returns what a stream of a client takes over from what is being served. */
  streamOpened(stream: ObservedStream): ReadonlyMap<string, string> | undefined {
    const { service, method, side, address } = stream;
    const name = displayName(service, this.#options.serviceNames);
    this.#log(this.#options.levels.opened, {
      message: `${name}.${method.name} opened`,
      side,
      service: name,
      method: method.name,
      mode: method.kind,
      peer: address,
    });
    return inheritedMetadata();
  }

  streamEnded(stream: ObservedStream, ended: StreamOutcome, inherited: unknown): void {
    const { outgoing, incoming, address, sentBytes, receivedBytes } = stream;
    const { status, error, durationMs } = ended;
    const outcome = { error, failed: status === 'error', durationMs, sentBytes, receivedBytes };
    const kind = status === 'cancelled' ? status : outcomeOf(outcome);
    if (kind === 'success' && this.#isSampledOut()) {
      return;
    }
    const line =
      outgoing === undefined
        ? this.#serverLine(incoming!, outcome)
        : this.#clientLine(outgoing, outcome, address, inherited);
    const { slow: _slow, ...rest } = line;
    this.#log(this.#options.levels[kind], {
      ...rest,
      message: `${line.service}.${line.method} ${kind} after ${line.durationMs} ms, ${stream.messagesSent} messages sent, ${stream.messagesReceived} received`,
      outcome: kind,
      stream: streamFields(stream, ended),
    });
  }

  #clientLine(
    call: OutgoingCall,
    outcome: CallOutcome,
    address: string,
    inherited: unknown,
  ): CallLine {
    const { attempt, options } = call;
    const { metadata = {}, persistentMetadata = {} } = options;
    const values = new Map([
      ...Object.entries(metadata),
      ...((inherited as ReadonlyMap<string, string> | undefined) ?? []),
      ...Object.entries(persistentMetadata),
    ]);
    return {
      ...this.#common('client', call, outcome, values),
      ...(address === '' ? {} : { peer: address }),
      ...(this.#serviceName === undefined ? {} : { caller: this.#serviceName }),
      ...(attempt ? { attempt } : {}),
    };
  }

  #serverLine(call: IncomingCall, outcome: CallOutcome): CallLine {
    const values = new Map([...call.metadata, ...call.persistentMetadata]);
    const line = this.#common('server', call, outcome, values);
    return {
      ...line,
      // Persistent metadata takes precedence over what the last hop states.
      ...(call.logId === '' || line.logId !== undefined ? {} : { logId: shorten(call.logId) }),
      peer: call.remoteAddress,
      ...(call.caller === '' ? {} : { caller: call.caller }),
    };
  }

  #isSkipped({ error, failed, superseded, durationMs }: CallOutcome): boolean {
    const isPlain = error === undefined || superseded;
    if (failed || !isPlain || durationMs >= this.#slowMs) {
      return false;
    }
    return this.#isSampledOut();
  }

  #isSampledOut(): boolean {
    const { sampleRate } = this.#options;
    return sampleRate < 1 && Math.random() >= sampleRate;
  }

  #common(
    side: 'client' | 'server',
    call: IncomingCall | OutgoingCall,
    outcome: CallOutcome,
    values: ReadonlyMap<string, string>,
  ): CallLine {
    const { durationMs, sentBytes, receivedBytes } = outcome;
    const service = displayName(call.service, this.#options.serviceNames);
    const method = call.method.name;
    const kind = outcomeOf(outcome);
    const rounded = Math.round(durationMs * 1000) / 1000;
    return {
      message: `${service}.${method} ${kind} in ${rounded} ms`,
      side,
      service,
      method,
      outcome: kind,
      durationMs: rounded,
      sentBytes,
      receivedBytes,
      ...(durationMs >= this.#slowMs ? { slow: true as const } : {}),
      ...identifiers(values),
      ...getCallTrace(call),
      ...(kind === 'superseded' ? {} : errorFields(outcome.error)),
      ...(this.#options.includeMetadata ? { metadata: this.#redaction.apply(values) } : {}),
    };
  }

  #write(outcome: CallOutcome, line: CallLine): void {
    this.#log(this.#options.levels[levelOf(outcome, line.slow === true)], line);
  }

  #log(level: CallLogLevel, line: object): void {
    const logger = this.#logger;
    // Nest's interface requires no more than log, warn and error.
    const logged: unknown = logger[level] === undefined ? logger.log(line) : logger[level](line);
    this.#report.returned(logged);
  }
}

function levelOf(outcome: CallOutcome, slow: boolean): keyof CallLogLevels {
  const kind = outcomeOf(outcome);
  return (kind === 'success' || kind === 'business') && slow ? 'slow' : kind;
}

function outcomeOf({ error, failed, superseded }: CallOutcome): CallLine['outcome'] {
  if (superseded) {
    return 'superseded';
  }
  if (failed) {
    return 'failure';
  }
  return error === undefined ? 'success' : 'business';
}

function identifiers(values: ReadonlyMap<string, string>): Pick<CallLine, 'requestId' | 'logId'> {
  if (values.size === 0) {
    return {};
  }
  const requestId = findRequestId(values);
  const logId = findValue(values, LOG_ID_KEYS);
  return {
    ...(requestId && { requestId: shorten(requestId) }),
    ...(logId && { logId: shorten(logId) }),
  };
}

/** Callers may send what they like; a log need not keep all of it. */
function shorten(identifier: string): string {
  return identifier.slice(0, MAX_IDENTIFIER);
}

function errorFields(error: unknown): Pick<CallLine, 'errorType' | 'error'> {
  return error === undefined ? {} : { errorType: errorType(error), error: errorMessage(error) };
}
