import type { Socket } from 'node:net';
import { ProtocolError } from '@nestjs-thrift/codec';
import { MessageType } from '@nestjs-thrift/codec/wire';
import { ApplicationExceptionType } from '../errors/remote.error.js';
import { timerWheel } from '../timer/timer-wheel.js';
import { MessageReader } from '../wire/message-reader.js';
import { ReceiveShare } from '../wire/receive-budget.js';
import { SocketWriter } from '../wire/socket-writer.js';
import { CallRunner, type CallOwner, type PostponedReply } from './call-runner.js';
import { CallerWatch } from './caller-watch.js';
import { ConnectionTimes } from './connection-times.js';
import { ReplyWriter } from './reply-writer.js';
import { UnexpectedStreamFrame } from '../wire/framing/sniff.js';
import type { ServedCall, ServerContext } from './served-call.js';
import { StreamingSide } from './streaming-side.js';

/**
 * One connection of a server: takes messages off the socket as fast as they can be served and no faster. Requests are
 * served one after another, as callers that do not multiplex expect; those of callers that do are served side by side.
 */
export class ServerConnection implements CallOwner {
  readonly #context: ServerContext;
  readonly side = 'server';
  readonly #reader: MessageReader;
  readonly #writer: SocketWriter;
  readonly #replies: ReplyWriter;
  readonly #runner: CallRunner;
  readonly #times: ConnectionTimes;
  readonly #callers: CallerWatch;
  readonly #share: ReceiveShare;
  readonly #timer = timerWheel.timer((now) => this.#expire(now));
  #inFlight = 0;
  /** Results that wait until the peer has taken earlier ones. */
  readonly #postponed: PostponedReply[] = [];
  /** A request is being served that none may overtake. */
  #serving = false;
  #multiplexed = false;
  #pumping = false;
  /** The streams of a connection whose first frame opened one; it carries nothing else. */
  #streaming: StreamingSide | undefined;
  /** Nothing more is read as calls. */
  #deaf = false;
  /** The connection closes when nothing is left to be done. */
  #leaving = false;
  #error: Error | undefined;

  constructor(
    readonly socket: Socket,
    readonly address: string,
    context: ServerContext,
  ) {
    this.#context = context;
    const { maxFrameBytes, slicedStrings, maxDecodedBytes } = context.options;
    this.#reader = new MessageReader(maxFrameBytes, slicedStrings, maxDecodedBytes);
    this.#writer = new SocketWriter(socket, () => this.#drained());
    this.#times = new ConnectionTimes(context.options, this.#writer);
    this.#share = new ReceiveShare(context.budget, {
      readNoFurther: () => this.#readNoFurther(),
      readAgain: () => this.#readAgain(),
    });
    this.#callers = new CallerWatch(address, context.unwatched);
    this.#replies = new ReplyWriter(this.#writer, maxFrameBytes);
    this.#runner = new CallRunner(context, this, this.#replies);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.#peerEnded());
    socket.on('error', (error) => (this.#error = error));
    socket.on('close', () => this.#socketClosed());
    this.#timer.arm(this.#times.idleAt);
    context.observers.connectionOpened(this);
  }

  get remoteAddress(): string {
    return this.address;
  }

  get overfull(): boolean {
    return this.#inFlight > this.#context.options.maxInFlightPerConnection;
  }

  get saturated(): boolean {
    return this.#writer.saturated;
  }

  postpone(reply: PostponedReply): void {
    this.#postponed.push(reply);
    this.#watchWrites();
  }

  watch(call: ServedCall): void {
    this.#callers.add(call);
  }

  unwatch(call: ServedCall): void {
    this.#callers.delete(call);
  }

  callStarted(call: ServedCall): void {
    this.#inFlight++;
    this.#context.inFlight++;
    call.route.inFlight++;
    if (call.outOfOrder) {
      this.#multiplexed = true;
    } else if (call.method.kind !== 'oneway') {
      this.#serving = true;
    }
  }

  callEnded(call: ServedCall): void {
    this.#inFlight--;
    call.route.inFlight--;
    if (!call.outOfOrder && call.method.kind !== 'oneway') {
      this.#serving = false;
    }
    if (--this.#context.inFlight === this.#context.openStreams && this.#context.closing) {
      this.#context.changed();
    }
    this.#pump();
  }

  closeAfterReply(): void {
    this.#deaf = true;
    this.#leaving = true;
    this.#replies.closing = true;
  }

  /** Asks the caller to leave: by a control frame if it multiplexes, and with every reply. */
  drain(): void {
    this.#replies.closing = true;
    this.#streaming?.drain();
    if (this.#multiplexed) {
      this.#replies.control();
    } else {
      this.#leaving = true;
    }
  }

  /** The streams of a connection that carries streams. */
  get streaming(): StreamingSide | undefined {
    return this.#streaming;
  }

  /** Closes as soon as nothing is being served; callers have had the time to leave. */
  leave(): void {
    this.#leaving = true;
    if (this.#streaming === undefined) {
      this.#pump();
    } else {
      this.#streaming.leave();
    }
  }

  #receive(chunk: Buffer): void {
    if (this.#deaf) {
      this.#streaming?.receive(chunk);
      return;
    }
    this.#times.lastActivity = performance.now();
    this.#reader.push(chunk);
    if (this.#mayServe()) {
      this.#pump();
    } else {
      this.socket.pause();
    }
  }

  /** The first frame of the connection opens a stream. */
  #becomeStreaming(): void {
    this.#deaf = true;
    this.#streaming = new StreamingSide(this.#context, {
      socket: this.socket,
      address: this.address,
      writer: this.#writer,
      times: this.#times,
      timer: this.#timer,
      share: this.#share,
      close: () => this.#close(),
      refuseBytes: (error) => this.#refuseBytes(error),
    });
    if (this.#replies.closing) {
      this.#streaming.drain();
    } else if (this.#context.closing) {
      this.#streaming.announceDrain();
    }
    this.#streaming.receive(this.#reader.takeUnread());
  }

  /** Other connections have taken the memory for unfinished messages. */
  #readNoFurther(): void {
    // The peer is not to blame for the wait.
    this.#times.partialSince = Infinity;
    this.socket.pause();
  }

  #readAgain(): void {
    this.#times.lastActivity = performance.now();
    if (this.#streaming !== undefined) {
      this.#streaming.readAgain();
      return;
    }
    this.#pump();
  }

  /** The peer has taken all that was written. */
  #drained(): void {
    this.#streaming?.drained();
    while (this.#postponed.length > 0 && !this.#writer.saturated) {
      const { call, values, error } = this.#postponed.shift()!;
      this.#runner.reply(call, values, error);
    }
    this.#pump();
  }

  #mayServe(): boolean {
    return (
      !this.#deaf &&
      !this.#serving &&
      // Callers that multiplex get an answer; silence would hold up their other calls.
      (this.#multiplexed || this.#inFlight < this.#context.options.maxInFlightPerConnection) &&
      this.#postponed.length === 0 &&
      !this.#writer.saturated
    );
  }

  /** Serves what has come, until the bytes run out or something must be waited for. */
  #pump(): void {
    if (this.#pumping) {
      return;
    }
    this.#pumping = true;
    let served = 0;
    try {
      while (this.#mayServe()) {
        const message = this.#reader.next();
        if (message === undefined) {
          break;
        }
        served++;
        this.#runner.run(message, this.#times.lastActivity);
      }
    } catch (error) {
      if (error instanceof UnexpectedStreamFrame && this.#isFresh) {
        this.#becomeStreaming();
      } else {
        this.#refuseBytes(error as Error);
      }
    }
    this.#pumping = false;
    if (!this.#deaf) {
      this.#share.update(this.#reader.heldBytes);
    }
    if (this.#mayServe()) {
      this.#starved(served);
    } else {
      this.#times.partialSince = Infinity;
      if (this.#writer.saturated) {
        this.#watchWrites();
      }
    }
    const isDone = this.#deaf && this.#streaming === undefined;
    if (isDone && this.#leaving && this.#inFlight === 0) {
      this.#close();
    }
  }

  /** Whether the connection has carried no call yet. */
  get #isFresh(): boolean {
    return this.#writer.committed === 0 && this.#inFlight === 0;
  }

  /** All that came has been served, but for the beginning of a message perhaps. */
  #starved(served: number): void {
    if (this.socket.isPaused() && this.#share.mayRead) {
      this.socket.resume();
    }
    if (!this.#reader.hasBytes) {
      this.#times.partialSince = Infinity;
    } else if (this.#share.mayRead && (this.#times.partialSince === Infinity || served > 0)) {
      this.#times.partialSince = this.#times.lastActivity;
      this.#timer.arm(this.#times.readAt);
    }
    const expecting = this.#reader.hasBytes && !this.#callers.gone;
    if (this.#leaving && this.#inFlight === 0 && !expecting) {
      this.#close();
    }
  }

  /** Nothing valid can follow bytes that are not a Thrift message, and there is no request to reply to: like Kitex, send nothing. */
  #refuseBytes(error: Error): void {
    this.#error = error;
    this.#context.observers.decodeFailed(this, error);
    this.#close();
  }

  #peerEnded(): void {
    if (this.#streaming !== undefined) {
      this.#streaming.lose('its caller went away');
      return;
    }
    this.#callers.peerWent();
    this.#leaving = true;
    this.#times.peerEndedAt = performance.now();
    this.#timer.arm(this.#times.halfClosedUntil(this.#times.peerEndedAt));
    this.#pump();
  }

  #socketClosed(): void {
    this.#deaf = true;
    this.#timer.disarm();
    this.#callers.peerWent();
    this.#streaming?.lose('the connection was closed');
    this.#share.close();
    this.#reader.discard();
    for (const reply of this.#postponed.splice(0)) {
      this.#runner.drop(reply, this.#callers.error());
    }
    this.#context.observers.connectionClosed(this, this.#error);
    this.#context.changed();
  }

  /** Sends what has been written and closes; a peer that does not take it is not waited for long. */
  #close(): void {
    if (this.#times.destroyAt !== Infinity) {
      return;
    }
    this.#deaf = true;
    this.#writer.flush();
    this.socket.destroySoon();
    this.#times.closes(performance.now());
    this.#timer.arm(this.#times.destroyAt);
  }

  /** Looks after all times of the connection; returns when to look again. */
  #expire(now: number): number {
    if (this.#inFlight > 0 || this.#streaming?.live) {
      this.#times.lastActivity = now;
    }
    switch (this.#times.due(now)) {
      case 'destroy':
        this.socket.destroy();
        return Infinity;
      case 'refuse':
        this.#refuseStalled();
        break;
      case 'close':
        this.#close();
        break;
      case undefined:
        break;
    }
    return this.#times.next(now);
  }

  /** Starts watching whether the peer reads what was sent. */
  #watchWrites(): void {
    this.#timer.arm(this.#times.stalledAt(performance.now()));
  }

  /** A message did not arrive in full; if its request is known, its sender gets an error. */
  #refuseStalled(): void {
    const message = `connection read timeout ${this.address}`;
    const envelope = this.#reader.partialEnvelope();
    if (envelope?.type === MessageType.CALL) {
      this.#replies.closing = true;
      const exception = { type: ApplicationExceptionType.PROTOCOL_ERROR, message };
      this.#replies.refusal(envelope, exception);
    }
    this.#refuseBytes(new ProtocolError('TRUNCATED', message));
  }
}
