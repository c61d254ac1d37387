namespace go example.chat
namespace js chat

/** A question, and how long its answer may be. */
struct AskRequest {
  1: required string question (api.query = "question")
  /** Words of the answer, 1 to 1,000. */
  2: optional i32 max_words = 100 (api.query = "max_words")
}

/** The next words of an answer. */
struct AskResponse {
  1: required string text
}

/** A part of a file, in order. */
struct UploadRequest {
  1: required binary chunk
}

struct UploadResponse {
  1: required i64 size_bytes (api.js_conv = "")
}

/** A sentence of the caller. */
struct TalkRequest {
  1: required string text
}

struct TalkResponse {
  1: required string text
}

/** Streams: tokens of an answer, an upload in chunks, a conversation. */
service ChatService {
  /** The answer, word by word. */
  AskResponse Ask(1: AskRequest req) (streaming.mode = "server", api.get = "/chat/ask")

  /** Counts the bytes of all chunks. */
  UploadResponse Upload(1: UploadRequest req) (streaming.mode = "client", api.post = "/chat/uploads")

  /** Answers each sentence as it comes. */
  TalkResponse Talk(1: TalkRequest req) (streaming.mode = "bidirectional")
}
