/** When a retry policy sends a call again that ended with an error of this code. */
export type RetryRule =
  /** The request cannot have run: for every method. */
  | 'always'
  /** The instance rejected the request before it ran: for every method, but not on that instance. */
  | 'on-another-instance'
  /** The request may have run: for idempotent methods. */
  | 'if-idempotent'
  /** For idempotent methods, where the policy names the error. */
  | 'if-asked'
  | 'never';

/** What a circuit breaker counts a call as; `ignored` calls are not counted. */
export type BreakerOutcome = 'success' | 'failure' | 'timeout' | 'ignored';

/** What follows from an error code. */
export interface ErrorCodeRow {
  /** Class that carries the code; absent while nothing raises it. */
  readonly class?: string;
  /** Name of the same error in Kitex. */
  readonly kitex?: string;
  /** Whether the handler may have run. */
  readonly carriedOut: 'no' | 'unknown';
  readonly retry: RetryRule;
  /** For the circuit breaker of a service. */
  readonly service: BreakerOutcome;
  /** For the circuit breaker of an instance. */
  readonly instance: BreakerOutcome;
  /** HTTP status of a gateway whose call ended with the error. */
  readonly http: number;
  /** What Kitex puts before the text that a remote caller gets; absent if the text stays on the server. */
  readonly wire?: string;
  /** Exit code of the command line that ends with the error, by its name there. */
  readonly exit: 'FAILED' | 'INPUT';
  /** What happened, for the guide on errors. */
  readonly doc: string;
}
