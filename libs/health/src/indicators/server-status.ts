import type { ThriftServer, ThriftServerStatus } from '@nestjs-thrift/microservice';

/** The last status; a server replays it to whoever subscribes. */
export function statusOf(server: ThriftServer): ThriftServerStatus | undefined {
  let last: ThriftServerStatus | undefined;
  server.status.subscribe((status) => (last = status)).unsubscribe();
  return last;
}
