/** What the help of `bench` ends with. */
export const EPILOGUE = `
The payload is that of "call". A file with one JSON per line is used in turn. Strings may hold {{sequence}}, {{random 1 100}}
and {{uuid}}; a string that is only {{sequence}} or {{random …}} becomes a number.

Without --rate each of --concurrency callers begins its next call when the last one ended. With --rate calls have their
time, at most --concurrency in flight; latency counts from the time a call should have begun. Latency is that of all calls.

--assert takes min, mean, p50, p75, p90, p95, p99, p999, max (us, ms, s), errors, success (a count or %), throughput (per
second), with <, <=, > or >=.

Examples:
  nestjs-thrift bench 127.0.0.1:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift --concurrency 100 --requests 10000
  nestjs-thrift bench users:8888 UserService.GetUser '{"user_id": "{{random 1 1000}}"}' --idl idl/user.thrift --rate 2000 --duration 30
  nestjs-thrift bench users:8888 UserService.GetUser @users.jsonl --idl idl/user.thrift --mux --out report.html
  nestjs-thrift bench users:8888 UserService.GetUser '{"user_id": 1}' --idl idl/user.thrift --assert 'p99<50ms,errors<1%'

Exit codes:
  0  done
  1  an assertion is not met
  2  the command line is wrong
  3  the IDL or the payload cannot be used, or the report cannot be written
  4  the first call found no connection, or every call failed`;
