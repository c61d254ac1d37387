# Annotations of fields whose keys and values mean something to JavaScript.

struct Annotated {
  1: required i64 id (api.path = "id", __proto__ = "own", constructor = "c", class = "d", toString = "e")
  2: optional string text = "t" (quotes = "it's \"quoted\"", lines = "one
two", slash = "a\b", braces = "${x} `y` */")
  3: optional list<string> tags = ["a"] (api.query = "tag", other = "x", api.query = "tags", api.query = "tag")
  4: optional bool flag (deprecated)
  5: i32 plain
}

union Choice {
  1: i32 number (api.query = "number")
  2: Annotated annotated
}

exception Failure {
  1: required string message (api.body = "message")
  2: i32 status = 404 (api.http_code = "")
}

service Notes {
  Annotated Note(1: i32 id (api.path = "id") 2: string text) throws (1: Failure failure (note = "first")) (api.get = "/notes")
  oneway void Forget(1: i32 id (api.query = "id"))
}
