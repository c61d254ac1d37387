import type { LoggerService } from '@nestjs/common';

/** A logger of Nest that keeps what it is told and prints nothing. */
export class LogRecorder implements LoggerService {
  readonly errors: string[] = [];

  error(message: unknown): void {
    this.errors.push(message instanceof Error ? message.message : String(message));
  }

  log(): void {}
  warn(): void {}
}
