/** One call as it is logged. Fields that do not apply are left out. */
export interface CallLine {
  readonly message: string;
  readonly side: 'client' | 'server';
  readonly service: string;
  readonly method: string;
  /** `superseded` is an attempt whose call another attempt decided, the loser of a backup request. */
  readonly outcome: 'success' | 'business' | 'superseded' | 'failure';
  readonly durationMs: number;
  /** True if the call took as long as is worth a warning. */
  readonly slow?: true;
  /** Address of the other side. */
  readonly peer?: string;
  /** Registry name of the caller: of the peer in lines of a server, of this process in those of a client. */
  readonly caller?: string;
  readonly requestId?: string;
  readonly logId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  /** Number of the attempt, from 1 for the first repetition. */
  readonly attempt?: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Class or code of an error. */
  readonly errorType?: string;
  readonly error?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}
