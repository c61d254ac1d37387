/** Beginnings of messages of 15 MiB, of which a test sends as much of the rest as it needs. */
const LENGTH = '00f00000';
const ECHO = '00000004' + '6563686f';

/** Of a framed request to `echo`. */
export const REQUEST_HEAD = Buffer.from(LENGTH + '80010001' + ECHO, 'hex');

/** Of a framed reply of `echo`. */
export const REPLY_HEAD = Buffer.from(LENGTH + '80010002' + ECHO, 'hex');

/** Of a frame of a stream. */
export const FRAME_HEAD = Buffer.from(LENGTH + '1000000200000001', 'hex');
