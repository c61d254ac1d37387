/**
 * How a message is wrapped on the socket. Kitex calls `Buffered` PurePayload; the other names are Kitex's own.
 * A server accepts all of them on one port and answers in kind.
 */
export type TransportName = 'Buffered' | 'Framed' | 'TTHeader' | 'TTHeaderFramed';

/** How values are written: strict Binary, or Compact. Kitex peers speak Binary alone. */
export type ProtocolName = 'binary' | 'compact';
