import { MessageHeader, type Protocol, PROTOCOLS, ReadBuffer } from '@nestjs-thrift/codec/wire';
import { FRAMINGS, type Framing } from './framing/framing.js';
import type { HeaderInfo } from './ttheader/header-info.js';

const NOTHING = Buffer.alloc(0);

/**
 * A message as it came off the socket: the envelope has been read and {@link ReceivedMessage.input} stands at its
 * struct. A reader fills the same object for every message, so what is needed later must be taken from it before the
 * next one is asked for; {@link ReceivedMessage.info} may be kept.
 */
export class ReceivedMessage extends MessageHeader {
  /** How it was framed; a reply is framed alike. */
  framing: Framing = FRAMINGS.Buffered;
  /** How it was encoded; a reply is encoded alike. */
  protocol: Protocol = PROTOCOLS.binary;
  readonly input: ReadBuffer;
  /** Info of the TTHeader or MeshHeader; `undefined` without one. */
  info: HeaderInfo | undefined;
  /** Flags of the TTHeader, 0 without one. */
  flags = 0;
  /** Sequence id of the TTHeader; peers may leave it different from that of the envelope. 0 without a header. */
  headerSequenceId = 0;
  /** Whether it has more bytes than this side accepts: then only its envelope is there. */
  tooLarge = false;
  /** Bytes of the message on the socket, wrapping included. */
  wireBytes = 0;

  /**
   * @param slicedStrings see ReadBuffer.
   * @param maxDecodedBytes see ReadBuffer.
   */
  constructor(slicedStrings = false, maxDecodedBytes?: number) {
    super();
    this.input = new ReadBuffer(NOTHING, 0, 0, undefined, slicedStrings, maxDecodedBytes);
  }
}
