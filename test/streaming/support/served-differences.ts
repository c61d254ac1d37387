/** Where this server sends something else than a server of Kitex. */
export interface ServedDifference {
  readonly why: string;
  /** What it sends, by connection and stream. */
  readonly sent: Readonly<Record<string, unknown[]>>;
}

const unread = (method: string, why: string): unknown[] => [
  'HEADER',
  `TRAILER 7: a message of Chat.${method} cannot be read: ${why}; do both sides have the same IDL?`,
];

/** By the name of the recording. */
export const SERVED_DIFFERENCES: Readonly<Record<string, ServedDifference>> = {
  'error-appex': {
    why: 'an application exception keeps its type',
    sent: {
      'conn1 1': ['HEADER', 'TRAILER 1234: custom app ex'],
      'conn1 2': ['HEADER', 'DATA "m" 1', 'TRAILER 1234: custom app ex'],
    },
  },
  'error-declared-exception': {
    why: 'a declared exception is shown as JSON, and its struct goes along',
    sent: {
      'conn1 1': [
        'HEADER',
        'DATA "m" 1',
        'TRAILER nt-exception=1 nt-exception-body=CwABAAAACGRlY2xhcmVkCAACAAAACQA= 6: biz error: Oops: {"name":"Oops","why":"declared","code":9}',
      ],
    },
  },
  'error-panic': {
    why: 'callers learn nothing of an unexpected error',
    sent: {
      'conn1 1': ['HEADER', 'TRAILER 6: internal error'],
      'conn1 2': ['HEADER', 'DATA "m" 1', 'TRAILER 6: internal error'],
    },
  },
  'error-transerr': {
    why: 'an application exception keeps its type',
    sent: {
      'conn1 1': ['HEADER', 'TRAILER 1000: custom trans err'],
      'conn1 2': ['HEADER', 'DATA "m" 1', 'TRAILER 1000: custom trans err'],
    },
  },
  'raw-after-trailer': {
    why: 'messages after the end of a side are dropped; a stream that is opened twice closes its connection',
    sent: {
      'conn1 1': ['HEADER', 'DATA "after-half-close"', 'TRAILER'],
      'conn1 2': ['HEADER', 'DATA "re one"'],
      'conn1 0': [],
      'conn1 -5': [],
      conn1: ['CLOSED'],
    },
  },
  'raw-bad-data': {
    why: 'requests that cannot be read have the type PROTOCOL_ERROR',
    sent: {
      'conn1 1': unread('Down', 'message ends after 0 of 2147483647 bytes needed'),
      'conn1 2': unread('Talk', 'message ends after 0 of 1 bytes needed'),
      'conn1 4': ['HEADER', 'TRAILER 7: the stream ended without a request'],
    },
  },
  'raw-bad-hugelength': {
    why: 'a length that nothing has closes the connection; Kitex waits for the bytes',
    sent: { conn1: ['CLOSED'] },
  },
  'raw-client-trailer-with-error': {
    why: 'the text of an exception is not repeated with what Kitex puts before it',
    sent: { 'conn1 1': ['HEADER', 'TRAILER 6: bad'] },
  },
  'raw-nonstreaming-method': {
    why: 'the answer says what is wrong; the handler of Kitex panics',
    sent: {
      'conn1 1': ['HEADER', 'TRAILER 2: Chat.Ping is not a streaming method'],
      'conn1 2': ['HEADER', 'TRAILER 2: Chat.Uni is not a streaming method'],
    },
  },
  'raw-pingpong-to-streaming-method': {
    why: 'the answer says what is wrong, and has the type INVALID_MESSAGE_TYPE',
    sent: {
      'conn1 -1': [
        expect.stringMatching(
          new RegExp(`${Buffer.from('Chat.Down is a streaming method').toString('hex')}.*0200$`),
        ),
      ],
    },
  },
  'raw-unknown-method': {
    why: 'an unknown method is answered',
    sent: { 'conn1 1': ['HEADER', 'TRAILER 1: unknown method Nope (service Chat)'] },
  },
  'raw-unknown-service': {
    why: 'an unknown service is answered',
    sent: { 'conn1 1': ['HEADER', 'TRAILER 20: unknown service Ghost, method Nope'] },
  },
  'unary-mode': {
    why: 'the fields of an exception are sent in the order of the IDL',
    sent: {
      'conn1 -1': [
        'FRAMED 000000208001000200000003556e69000000010c00000b000100000005756e6920750000',
        'FRAMED 000000258001000200000004556e6958000000020c00010b0001000000027578080002000000090000',
        'FRAMED 00000022800100020000000450696e67000000030c00000b000100000006706f6e6720700000',
        'FRAMED 00000022800100020000000450696e67000000050c00000b000100000006706f6e6720700000',
      ],
    },
  },
};
