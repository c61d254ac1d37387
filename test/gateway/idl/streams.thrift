namespace go gwvec.streams

struct AskReq {
    1: required string question (api.query = "question"),
    2: optional i32 count (api.query = "count"),
}

/** a message of a stream has all of its fields in its JSON */
struct Word {
    1: i32 n,
    2: string text (api.body = "word"),
    3: optional i64 big,
    4: optional string trace (api.header = "X-Trace"),
    5: optional string secret (api.none = ""),
    6: optional i32 code (api.http_code = ""),
}

struct Chunk {
    1: required string text,
    2: optional i64 size,
    3: optional string room (api.path = "room"),
}

struct Total {
    1: i32 count,
    2: string text,
    3: optional i32 code (api.http_code = ""),
}

exception Refused {
    1: i32 status (api.http_code = ""),
    2: string reason,
}

service Streams {
    Word Ask(1: AskReq req) throws (1: Refused refused) (streaming.mode = "server", api.get = "/ask", api.post = "/ask")
    Total Upload(1: Chunk req) throws (1: Refused refused) (streaming.mode = "client", api.post = "/rooms/:room/chunks")
    Chunk Talk(1: Chunk req) (streaming.mode = "bidirectional")
}
