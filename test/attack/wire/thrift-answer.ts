import type { Answer } from './peer.js';
import { readMessage } from './read-message.js';
import { MessageType } from './thrift-bytes.js';

const LENGTH_BYTES = 4;
/** Type and id of the field with the text. */
const FIELD_HEAD_BYTES = 3;
const TYPE_STRING = 11;
const MAX_TEXT_BYTES = 400;

/** Reads a reply; of exceptions in Binary also the text. */
export function readThriftAnswer(bytes: Buffer): Answer | number {
  const message = readMessage(bytes);
  if (typeof message === 'number') {
    return message;
  }
  const isError = message.type === MessageType.EXCEPTION;
  return {
    kind: isError ? 'error' : 'result',
    text: isError ? exceptionText(message.body) : '',
    bytes: message.bytes,
    id: message.id,
  };
}

function exceptionText(body: Buffer): string {
  const textAt = FIELD_HEAD_BYTES + LENGTH_BYTES;
  if (body[0] !== TYPE_STRING || body.length < textAt) {
    return '';
  }
  const length = Math.min(MAX_TEXT_BYTES, body.readUInt32BE(FIELD_HEAD_BYTES));
  return body.toString('utf8', textAt, textAt + length);
}
