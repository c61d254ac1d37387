/**
 * How a message is framed on the socket, as the option `transport` names it. The names are Kitex's own, except for
 * `Buffered`. A server accepts all of them on one port and replies in kind.
 */
export type TransportName = 'Buffered' | 'Framed' | 'TTHeader' | 'TTHeaderFramed';

/**
 * A way to put messages on a socket: everything that the transport needs from it.
 *
 * One class, so that all reads of a framing see one hidden class.
 */
export class Framing {
  constructor(
    readonly name: TransportName,
    /** Kitex's own text for it (`transport.Protocol.String()`), as its spans have it. */
    readonly kitexName: string,
    /** Whether a TTHeader is in front of the payload, and carries metadata. */
    readonly hasHeader: boolean,
    /** Whether a length of four bytes is in front of the payload. */
    readonly hasLength: boolean,
  ) {}
}

/** All framings by name: the one list of them. */
export const FRAMINGS = {
  Buffered: new Framing('Buffered', 'PurePayload', false, false),
  Framed: new Framing('Framed', 'Framed', false, true),
  TTHeader: new Framing('TTHeader', 'TTHeader', true, false),
  TTHeaderFramed: new Framing('TTHeaderFramed', 'TTHeader|Framed', true, true),
} as const satisfies Readonly<Record<TransportName, Framing>>;
