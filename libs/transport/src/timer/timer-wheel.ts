/** Precision of the wheel: what is due happens up to this much later. */
export const TICK_MS = 10;
const SLOTS = 256;
/** A process whose timer fires this late was blocked, and has not read yet what came meanwhile. */
const BLOCKED_MS = 50;

/**
 * One moment of a {@link TimerWheel} with a waiter. Keep one per connection and look after many deadlines
 * with it: arm it with the nearest, and in the callback return the next.
 */
export class WheelTimer {
  readonly #wheel: TimerWheel;

  /** Tick of the slot the timer lies in; `Infinity` while it is not armed. */
  dueTick = Infinity;

  constructor(
    wheel: TimerWheel,
    /** Called when due; returns when to call it next, `Infinity` for not at all. */
    readonly expire: (now: number) => number,
  ) {
    this.#wheel = wheel;
  }

  /**
   * Makes sure the callback runs at `at` or up to a tick later, on the clock of `performance.now()`; `Infinity` asks for
   * nothing. Costs a comparison when it is armed for an earlier time already: the callback will find nothing due then
   * and return the next time.
   */
  arm(at: number): void {
    if (at <= (this.dueTick - 1) * TICK_MS && at !== Infinity) {
      this.#wheel.insert(this, at);
    }
  }

  /** Makes sure the callback does not run any more unless armed again. */
  disarm(): void {
    this.#wheel.remove(this);
  }
}

/**
 * All deadlines of a process on one timer of Node's, which never keeps the process alive. The clock and the timer are
 * looked up when used, so that tests can replace them.
 */
export class TimerWheel {
  readonly #slots: Set<WheelTimer>[] = Array.from({ length: SLOTS }, () => new Set());
  #armed = 0;
  /** Last tick whose slot has been emptied. */
  #currentTick = 0;
  #handle: NodeJS.Timeout | undefined;
  /** Tick the handle fires at. */
  #handleTick = Infinity;

  /** Timers that are armed. */
  get armed(): number {
    return this.#armed;
  }

  /** A timer of this wheel, not armed. */
  timer(expire: (now: number) => number): WheelTimer {
    return new WheelTimer(this, expire);
  }

  /** @internal */
  insert(timer: WheelTimer, at: number): void {
    this.remove(timer);
    if (this.#armed === 0) {
      this.#currentTick = Math.floor(performance.now() / TICK_MS);
    }
    timer.dueTick = Math.max(Math.ceil(at / TICK_MS), this.#currentTick + 1);
    this.#slots[timer.dueTick % SLOTS]!.add(timer);
    this.#armed++;
    if (timer.dueTick < this.#handleTick) {
      this.#wakeAt(timer.dueTick);
    }
  }

  /** @internal */
  remove(timer: WheelTimer): void {
    if (timer.dueTick === Infinity) {
      return;
    }
    this.#slots[timer.dueTick % SLOTS]!.delete(timer);
    timer.dueTick = Infinity;
    this.#armed--;
    if (this.#armed === 0) {
      this.#sleep();
    }
  }

  #wakeAt(tick: number): void {
    clearTimeout(this.#handle);
    this.#handleTick = tick;
    const delayMs = Math.max(1, tick * TICK_MS - performance.now());
    this.#handle = setTimeout(() => this.#wake(), delayMs).unref();
  }

  /** Turns the wheel; in a process that was blocked only after its sockets were read, since Node runs timers first. */
  #wake(): void {
    const lateMs = performance.now() - this.#handleTick * TICK_MS;
    if (lateMs < BLOCKED_MS) {
      this.#turn();
    } else {
      setImmediate(() => this.#turn());
    }
  }

  #sleep(): void {
    clearTimeout(this.#handle);
    this.#handle = undefined;
    this.#handleTick = Infinity;
  }

  /** Runs what is due and sleeps until the next timer is. */
  #turn(): void {
    const now = performance.now();
    const tick = Math.floor(now / TICK_MS);
    const behind = Math.min(tick - this.#currentTick, SLOTS);
    for (let past = behind - 1; past >= 0; past--) {
      this.#currentTick = tick - past;
      this.#empty(this.#slots[this.#currentTick % SLOTS]!, tick, now);
    }
    if (this.#armed > 0) {
      this.#wakeAt(this.#nextTick());
    }
  }

  #empty(slot: Set<WheelTimer>, tick: number, now: number): void {
    for (const timer of slot) {
      // The slot also holds timers of later turns of the wheel.
      if (timer.dueTick > tick) {
        continue;
      }
      this.remove(timer);
      const next = timer.expire(now);
      if (next !== Infinity) {
        timer.arm(next);
      }
    }
  }

  /** The tick of the nearest slot that holds a timer. */
  #nextTick(): number {
    for (let tick = this.#currentTick + 1; tick < this.#currentTick + SLOTS; tick++) {
      if (this.#slots[tick % SLOTS]!.size > 0) {
        return tick;
      }
    }
    return this.#currentTick + SLOTS;
  }
}

/** The wheel of this process. */
export const timerWheel = new TimerWheel();
