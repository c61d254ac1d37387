import type { Socket } from 'node:net';
import type { ObservedConnection } from '../observer/transport-observer.js';
import { timerWheel } from '../timer/timer-wheel.js';
import { StringKey } from '../wire/ttheader/header-keys.js';
import { MessageReader } from '../wire/message-reader.js';
import type { ReceivedMessage } from '../wire/received-message.js';
import { SocketWriter } from '../wire/socket-writer.js';
import type { ReceiveBudget } from '../wire/receive-budget.js';
import { WriteProgress } from '../wire/write-progress.js';
import { isTooLarge } from '../errors/codec-failure.js';
import { notEncodable, notThrift, replyNotEnded } from './call-errors.js';
import { CallSlots } from './call-slots.js';
import type { CallHolder, ClientCall } from './client-call.js';
import { giveUpOverdue } from './overdue-calls.js';
import type { ResolvedClientOptions } from './resolved-client-options.js';
import { type AddressContacts, PeerContact } from './peer-contact.js';
import { PeerSilence } from './peer-silence.js';
import { settleCall } from './reply-reader.js';
import { ReplyShare } from './reply-share.js';
import { RequestWriter } from './request-writer.js';
import { UnsentCalls } from './unsent-calls.js';

/** The owner of a connection, notified of its events. */
export interface ConnectionOwner {
  /** Learns how the peers at the address receive this client. */
  readonly contacts: AddressContacts;
  /** A call ended; the connection may take another one if it is {@link ClientConnection.usable}. */
  callEnded(connection: ClientConnection): void;
  /** The connection is gone, with all its calls. Comes once. */
  connectionClosed(connection: ClientConnection): void;
  /** Sends a call elsewhere of which no byte left before its connection broke. */
  move(call: ClientCall): void;
}

/** How long a closed connection may take to hand its last bytes over. */
const LINGER_MS = 1000;

/** A connected socket and the calls in flight on it. */
export class ClientConnection implements CallHolder, ObservedConnection {
  readonly #socket: Socket;
  readonly #settings: ResolvedClientOptions;
  readonly #owner: ConnectionOwner;
  readonly side = 'client';
  /** When the pool closes it, on the clock of `performance.now()`. */
  expiresAt = Infinity;
  /** Since when it has been idle. */
  idleSince = 0;
  readonly #calls = new CallSlots();
  readonly #unsent = new UnsentCalls();
  readonly #reader: MessageReader;
  readonly #writer: SocketWriter;
  readonly #requests: RequestWriter;
  readonly #timer = timerWheel.timer((now) => this.#expire(now));
  readonly #multiplexed: boolean;
  readonly #silence: PeerSilence;
  readonly #progress: WriteProgress;
  readonly #contact: PeerContact;
  readonly #share: ReplyShare;
  #retiring = false;
  #closed = false;

  constructor(
    socket: Socket,
    readonly address: string,
    settings: ResolvedClientOptions,
    owner: ConnectionOwner,
    budget: ReceiveBudget,
  ) {
    this.#socket = socket;
    this.#settings = settings;
    this.#owner = owner;

    this.#multiplexed = settings.connection.mode === 'mux';
    this.#reader = new MessageReader(
      settings.maxFrameBytes,
      settings.slicedStrings,
      settings.maxDecodedBytes,
    );
    this.#writer = new SocketWriter(socket, () => this.#drained());
    this.#requests = new RequestWriter(this.#writer, settings);
    this.#silence = new PeerSilence(settings);
    this.#progress = new WriteProgress(this.#writer, this.#silence.writeLimitMs);
    this.#contact = new PeerContact(
      socket,
      { address, tls: settings.tls },
      owner.contacts,
      (errorOf, cause) => this.#break(errorOf, cause),
      () => this.#reader.hasBytes,
    );
    this.#share = new ReplyShare(budget, this.#silence.readLimitMs, {
      readNoFurther: () => void socket.pause(),
      readAgain: () => this.#readAgain(),
      awaitedUntil: (time) => this.#timer.arm(time),
    });
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    settings.observers.connectionOpened(this);
  }

  /** Whether further calls may be sent on it. */
  get usable(): boolean {
    return !this.#closed && !this.#retiring && this.#socket.writable;
  }

  get inFlight(): number {
    return this.#calls.size + this.#unsent.size;
  }

  /** Bytes written that the kernel has not taken. */
  get unsentBytes(): number {
    return this.#writer.unsentBytes;
  }

  /** Whether calls should go elsewhere or wait: the peer does not take what it has been sent. */
  get saturated(): boolean {
    return this.#writer.saturated;
  }

  /**
   * Sends a call. The connection must be {@link ClientConnection.usable}; without multiplexing nothing else may be in flight.
   *
   * @returns whether a reply is awaited; if not, the call has ended already.
   */
  send(call: ClientCall, now: number): boolean {
    const sequenceId = this.#calls.add(call);
    call.sequenceId = sequenceId;
    call.batch = this.#writer.batch;
    if (call.observation !== undefined) {
      call.observation.address = this.address;
    }
    if (call.template.method.kind === 'oneway') {
      // Before the bytes go: a large message is written at once.
      this.#writer.onTaken ??= (messages) => this.#taken(messages);
    }
    try {
      call.sentBytes = this.#requests.write(call, sequenceId, now);
    } catch (error) {
      this.#calls.take(sequenceId);
      call.fail(isTooLarge(error) ? error : notEncodable(call, this.address, error));
      return false;
    }
    call.messageNumber = this.#writer.committed;
    if (call.template.method.kind === 'oneway') {
      this.#calls.take(sequenceId);
      this.#unsent.add(call);
    } else {
      call.holder = this;
      this.#silence.asked(call.batch, this.#calls.unanswered);
    }
    this.#timer.arm(Math.min(call.deadline, now + this.#silence.limitFor(call)));
    return true;
  }

  giveUp(call: ClientCall): void {
    if (this.#calls.abandon(call.sequenceId)) {
      this.#gaveUp(false);
    }
  }

  /** Takes no further calls and closes when those in flight have ended. */
  retire(): void {
    this.#retiring = true;
    if (this.inFlight === 0) {
      this.#close();
    }
  }

  /** The peer took all that had been written. */
  #drained(): void {
    this.#silence.took(performance.now());
    // Calls may wait for room on a connection that carries many.
    if (this.#multiplexed && !this.#closed) {
      this.#owner.callEnded(this);
    }
  }

  /** Closes at once; calls in flight fail with what `errorOf` makes for them. */
  destroy(errorOf: (call: ClientCall) => Error, cause?: Error): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#timer.disarm();
    this.#socket.destroy();
    this.#reportClosed(cause, errorOf);
  }

  /** The connection broke: calls of which no byte left go elsewhere, the others fail. */
  #break(errorOf: (call: ClientCall) => Error, cause?: Error): void {
    if (this.#closed) {
      return;
    }
    const { handedOver } = this.#writer;
    const moving = [...this.#calls.above(handedOver), ...this.#unsent.above(handedOver)];
    this.destroy(errorOf, cause);
    for (const call of moving) {
      this.#owner.move(call);
    }
  }

  /** The kernel has taken the bytes of oneway calls. */
  #taken(messages: number): void {
    if (this.#unsent.taken(messages)) {
      this.#afterCall(true);
    }
    if (this.#unsent.size === 0) {
      this.#writer.onTaken = undefined;
    }
  }

  /** Closes with nothing in flight; what has been written is sent first. */
  #close(): void {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#writer.flush();
    this.#unsent.end(this.#socket);
    this.#timer.arm(performance.now() + LINGER_MS);
    this.#reportClosed();
  }

  #reportClosed(cause?: Error, errorOf?: (call: ClientCall) => Error): void {
    for (const call of [...this.#calls.above(0), ...this.#unsent.above(0)]) {
      call.fail(errorOf?.(call));
    }
    this.#share.close();
    this.#reader.discard();
    this.#settings.observers.connectionClosed(this, cause);
    this.#owner.connectionClosed(this);
  }

  #receive(chunk: Buffer): void {
    if (this.#closed || !this.#contact.reads(chunk)) {
      return;
    }
    this.#silence.heard(performance.now());
    if (!this.#multiplexed && this.#calls.size === 0) {
      // Unsolicited bytes would be read as the next reply, so close the connection.
      this.#close();
      return;
    }
    this.#reader.push(chunk);
    try {
      for (
        let message = this.#reader.next();
        message !== undefined;
        message = this.#reader.next()
      ) {
        this.#settle(message);
        if (this.#closed) {
          return;
        }
      }
      this.#share.update(this.#reader.heldBytes);
    } catch (error) {
      this.#settings.observers.decodeFailed(this, error as Error);
      this.destroy((call) => notThrift(call, this.address, error), error as Error);
    }
  }

  #readAgain(): void {
    // The peer is not to blame for the wait.
    const now = performance.now();
    this.#silence.heard(now);
    this.#socket.resume();
    this.#timer.arm(now);
  }

  #settle(message: ReceivedMessage): void {
    if (message.info?.string(StringKey.CONNECTION_RESET) !== undefined) {
      this.#retiring = true;
    }
    const call = this.#calls.answeredBy(message, this.#multiplexed);
    if (call !== undefined) {
      const trusted = settleCall(message, call, this, this.#settings);
      // Without multiplexing nothing can follow a reply that anybody asked for.
      if (!trusted || (!this.#multiplexed && this.#reader.hasBytes)) {
        this.#retiring = true;
      }
    }
    // Without a call it was a late reply, or the control message that announces a shutdown.
    this.#afterCall(call !== undefined);
  }

  /** Calls were given up. @param maybeGone the peer may have vanished. */
  #gaveUp(maybeGone: boolean): void {
    // Without multiplexing the next reply would be that of the call given up.
    if (!this.#multiplexed || this.#calls.exhausted || maybeGone) {
      this.#retiring = true;
    }
    this.#afterCall(true);
  }

  /** Closes if this was to happen after the last call, else tells the owner if one ended. */
  #afterCall(ended: boolean): void {
    if (this.#retiring && this.inFlight === 0) {
      this.#close();
    } else if (ended) {
      this.#owner.callEnded(this);
    }
  }

  /** Gives up what is overdue; returns when to look again. */
  #expire(now: number): number {
    if (this.#closed) {
      this.#socket.destroy();
      return Infinity;
    }
    const stalledAt = this.#progress.stalledAt(now);
    if (stalledAt <= now) {
      this.#contact.stalled(this.#silence.writeLimitMs);
      return now + LINGER_MS;
    }
    if (this.#share.isOverdue(now)) {
      this.#break((call) => replyNotEnded(call, this.address));
      return now + LINGER_MS;
    }
    const overdue = giveUpOverdue(this.#calls, {
      now,
      address: this.address,
      silence: this.#silence,
      mayRead: this.#share.mayRead,
    });
    const unsentAt = this.#unsent.expire(now, this.address);
    if (overdue.gaveUp) {
      this.#gaveUp(overdue.maybeGone);
    }
    return this.#closed
      ? now + LINGER_MS
      : Math.min(overdue.next, unsentAt, stalledAt, this.#share.awaitedUntil);
  }
}
