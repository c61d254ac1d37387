import { readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';

const MEBIBYTE_IN_KIBIBYTES = 1024;

const LOOK_EVERY_MS = 50;

/** Measures how much the resident memory of a process grows, as the kernel sees it: a blocked event loop is measured too. */
export class GrowthMeter {
  readonly #pid: number;
  readonly #startMb: number;
  readonly #timer: NodeJS.Timeout;
  #peakMb = 0;

  constructor(pid: number) {
    this.#pid = pid;
    // Documented in proc(5): 5 resets the peak of the resident set, nothing else.
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    this.#startMb = residentMegabytes(pid);
    // The kernel forgets the peak of a process that ends.
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Ends the measurement; returns the growth at its highest, in MiB. */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return Math.max(0, this.#peakMb - this.#startMb);
  }

  #look(): void {
    this.#peakMb = Math.max(this.#peakMb, mebibytes(statusOf(this.#pid), 'VmHWM'));
  }
}

/** Resident memory of a process, in MiB; 0 for one that has ended. */
export function residentMegabytes(pid: number): number {
  return mebibytes(statusOf(pid), 'VmRSS');
}

/** Sockets that a process has open, listening ones included. */
export function socketCount(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => isSocket(`${folder}/${name}`)).length;
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function mebibytes(status: string, key: string): number {
  const kibibytes = Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return kibibytes / MEBIBYTE_IN_KIBIBYTES;
}

function isSocket(path: string): boolean {
  try {
    return readlinkSync(path).startsWith('socket:');
  } catch {
    // Closed since the folder was listed.
    return false;
  }
}
