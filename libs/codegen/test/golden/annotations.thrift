/** What a gateway fills from a request. */
struct ListRequest {
  1: optional i32 page_size = 20 (api.query = "page_size", vt.gt = "0")
  2: optional list<string> fields = ["id"] (api.query = "fields", api.query = "field", go.tag = 'json:"fields"')
  3: required i64 id (api.path = "id", go.tags = "none")
  4: optional string plain (note = "of others")
}

union Filter {
  1: string name (api.query = "name")
}

exception NotFound {
  1: i32 status = 404 (api.http_code = "")
}

service Users {
  list<string> List(1: ListRequest request (api.body = "request"), 2: i32 limit) throws (
    1: NotFound missing (go.tag = "missing")
  ) (api.get = "/users", note = "of the method")
}
