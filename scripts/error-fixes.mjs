/**
 * Causes of every error code and what to do about each: rows of the error reference.
 *
 * @type {Readonly<Record<string, [string, string][]>>}
 */
export const FIXES = {
  CONNECT_FAILED: [
    [
      'Nothing listens on the address, or a firewall drops packets.',
      'Run `nestjs-thrift diagnose host:port`. Check that the server listens on more than 127.0.0.1.',
    ],
    [
      'TLS fails: untrusted, expired or for another name.',
      'Read the message; pass the authority as `tls.ca`.',
    ],
    ['`connectTimeoutMs` is too short for the network.', 'Raise `connectTimeoutMs` (default 500).'],
  ],
  POOL_EXHAUSTED: [
    [
      'More concurrent calls than `maxPerAddress` connections.',
      "Raise `maxPerAddress`, or use `mode: 'mux'`.",
    ],
    ['The server became slow.', 'Check its latency and its event loop delay.'],
  ],
  NOT_SENT: [
    ['The server closed an idle connection.', 'None: a retry policy repeats the call safely.'],
    ['The server rejects the client certificate.', 'Pass `tls.cert` and `tls.key`.'],
  ],
  RPC_TIMEOUT: [
    [
      '`was not answered within N ms`: the server did not reply in time.',
      'Check the latency of the server. Raise `attemptTimeoutMs` if the method is slow by design.',
    ],
    [
      '`sent nothing for N ms`: the connection was silent for `readTimeoutMs`.',
      'Raise `readTimeoutMs` for slow methods. Check the network.',
    ],
    [
      'The deadline of the request being served passed.',
      'Raise the timeout of the calling service, or call earlier.',
    ],
  ],
  CONNECTION_LOST: [
    [
      'The server process ended or was killed.',
      'Enable a graceful shutdown on the server; mark methods as idempotent so that they are retried.',
    ],
    [
      'A proxy or NAT closed the connection.',
      'Lower `idleTimeoutMs` below the limit of the proxy.',
    ],
  ],
  REMOTE_ERROR: [
    [
      '`type` 6: the handler failed.',
      'Read the log of the server; it hides texts of internal errors.',
    ],
    ['`type` 1: unknown method.', 'Compare the IDL of both sides with `nestjs-thrift breaking`.'],
    ['`type` 20 or 21: unknown or missing service name.', 'Set `targetServiceName`.'],
  ],
  PROTOCOL_ERROR: [
    [
      'The port belongs to another protocol.',
      'Run `nestjs-thrift diagnose host:port`; it names HTTP, TLS and others.',
    ],
    [
      'Client and server use different IDL.',
      'Compare the IDL of both sides with `nestjs-thrift breaking`.',
    ],
  ],
  MESSAGE_TOO_LARGE: [
    [
      'The message exceeds `maxFrameBytes`.',
      'Page the data, or raise `maxFrameBytes` on both sides.',
    ],
  ],
  DECODE_LIMIT_EXCEEDED: [
    [
      'A container, the nesting or the memory of a message exceeds a limit.',
      'The message names the option; raise it for trusted peers only.',
    ],
  ],
  ENCODE_FAILED: [
    [
      'A required field is missing, or a value has the wrong type or range.',
      'Fix the value at the path in the message.',
    ],
  ],
  CALLBACK_FAILED: [
    [
      'A function of the application threw or returned a promise.',
      'Fix the function that `option` names; the `cause` is its error.',
    ],
  ],
  CANCELLED: [['The `signal` of the call was aborted.', 'None: the caller cancelled the call.']],
  CLOSED: [
    ['A call was made during or after the shutdown.', 'Close clients after their users.'],
    ['A server was asked to listen twice.', 'Create a second `ThriftServer`.'],
  ],
  LIMIT_EXCEEDED: [
    [
      'The server is above `maxQps` or its concurrency limit.',
      'Add instances, or raise `limit`; retries go to other instances.',
    ],
    ['The client sheds load (degradation).', 'Check `degradation` in the policy file.'],
  ],
  ACCESS_DENIED: [
    ['A rule of `accessRules` rejected the caller.', 'Check the rule and the caller.'],
  ],
  CIRCUIT_OPEN: [
    [
      'The method or the instance failed too often.',
      'Find the failures before it: `thrift_breaker_state`, logs of the server.',
    ],
  ],
  NO_INSTANCE: [
    [
      'Discovery has no instance, or every instance is excluded.',
      'Check the registry and `thrift_resolve_failures_total`.',
    ],
  ],
  RETRY_EXHAUSTED: [
    ['`maxDurationMs` of the retry policy passed.', 'Read `cause`: the error of the last attempt.'],
  ],
  BULKHEAD_FULL: [
    ['More calls in flight than `@Bulkhead` allows.', 'Raise its limit, or reduce concurrency.'],
  ],
  STREAM_CLOSED: [
    [
      'A message was sent or received on a stream that has ended.',
      'Stop after the end of the stream.',
    ],
  ],
  REMOTE_CANCELLED: [
    [
      'The peer cancelled the stream.',
      'Stop work for the stream; the signal of the call is aborted.',
    ],
  ],
  GOVERNANCE_CONFIG_INVALID: [
    [
      'A policy file is invalid; the previous version stays in use.',
      'Fix the places that `issues` lists, one line each.',
    ],
  ],
  LISTEN_FAILED: [
    ['The port is in use, or needs privileges.', 'Choose another port, or end the other process.'],
  ],
  NOT_SUPPORTED: [
    [
      'The platform, version of Node.js or kind of method does not support the option.',
      'The message names the option and the requirement.',
    ],
  ],
  INVALID_IDL: [
    ['The IDL has syntax or link errors.', 'Fix the place of each entry of `diagnostics`.'],
  ],
  INVALID_LINT_CONFIG: [
    ['The configuration of the linter is invalid.', 'Fix the places that `issues` lists.'],
  ],
};
