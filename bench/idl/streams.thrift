namespace go streams

/** How many messages a stream is to have; then it ends or, if asked to, stays open. */
struct CountRequest {
  1: required i32 messages
  2: required bool stays_open
}

/** A small message. */
struct Counter {
  1: required i64 value
}

service Streams {
  Counter Count(1: CountRequest request) (streaming.mode = "server")
}
