/** The envelope of a message as it was read. One object serves message after message. */
export class MessageHeader {
  /** One of `MessageType`, or whatever else the peer sent. */
  type = 0;
  /** Method the message belongs to; over a multiplexed transport `Service:method`. */
  name = '';
  /** Signed 32-bit number that ties a reply to its request. */
  sequenceId = 0;
}
