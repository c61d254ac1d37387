import type { LoggerService } from '@nestjs/common';

/** A level that tests look at. */
export type RecordedLevel = 'debug' | 'log' | 'warn' | 'error';

/** A logger of Nest that keeps lines with their levels and prints nothing. */
export class LogRecorder<Line = unknown> implements LoggerService {
  readonly lines: (readonly [level: RecordedLevel, line: Line])[] = [];
  readonly debug = (line: Line): void => void this.lines.push(['debug', line]);
  readonly log = (line: Line): void => void this.lines.push(['log', line]);
  readonly warn = (line: Line): void => void this.lines.push(['warn', line]);
  readonly error = (line: Line): void => void this.lines.push(['error', line]);

  /** Messages of the lines with the level `error`. */
  get errors(): string[] {
    return this.#messages('error');
  }

  /** Messages of the lines with the level `warn`. */
  get warnings(): string[] {
    return this.#messages('warn');
  }

  #messages(wanted: RecordedLevel): string[] {
    return this.lines
      .filter(([level]) => level === wanted)
      .map(([, line]) => (line instanceof Error ? line.message : String(line)));
  }
}
