/** How the messages of a service are written into the body of one response. */
export interface StreamFormat {
  readonly contentType: string;
  /** A message. @param json the message @param index its place in the stream, counted from 0 */
  message(json: string, index: number): string;
  /** What follows the last message. */
  readonly end: string;
  /** What ends a stream that fails. @param json the error */
  failure(json: string): string;
  /** Sent while no message comes, so that proxies keep the connection; empty for none. */
  readonly ping: string;
}

/** Content type of lines of JSON. */
export const NDJSON_TYPE = 'application/x-ndjson';
/** Content type of server-sent events. */
export const SSE_TYPE = 'text/event-stream';

/** Lines of JSON; a failure is a last line with `error`. */
export const NDJSON: StreamFormat = {
  contentType: NDJSON_TYPE,
  message: (json) => `${json}\n`,
  end: '',
  failure: (json) => `{"error":${json}}\n`,
  // A reader of lines need not accept empty ones.
  ping: '',
};

/** Server-sent events. Browsers connect again after an end of the response, so that the last event says that it was one. */
export const SSE: StreamFormat = {
  contentType: SSE_TYPE,
  message: (json, index) => `id: ${index}\ndata: ${json}\n\n`,
  end: 'event: end\ndata:\n\n',
  failure: (json) => `event: error\ndata: ${json}\n\n`,
  ping: ':\n\n',
};

/** The format that a request accepts: of those that it names the first, and lines of JSON if it names none. @param accept the header */
export function streamFormatFor(accept: string | undefined): StreamFormat {
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) {
      if (type === SSE_TYPE) {
        return SSE;
      }
      if (type === NDJSON_TYPE) {
        return NDJSON;
      }
    }
  }
  return NDJSON;
}
