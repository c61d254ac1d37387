namespace go example.user
namespace js user

/** A person known to the service. */
struct User {
  1: required i64 id (api.js_conv = "")
  2: required string name
  3: optional string email
  /** Milliseconds since 1970. */
  4: optional i64 created_at (api.js_conv = "")
  5: optional i64 updated_at (api.js_conv = "")
}

struct GetUserRequest {
  1: required i64 user_id (api.path = "id")
}

struct GetUserResponse {
  1: required User user
}

struct ListUsersRequest {
  /** Users per page, 1 to 100. */
  1: optional i32 page_size = 20 (api.query = "page_size")
  /** Continues behind this id. */
  2: optional i64 after_id (api.query = "after_id")
}

struct ListUsersResponse {
  1: required list<User> users
  /** Set while there are more: the after_id of the next page. */
  2: optional i64 next_after_id (api.js_conv = "")
}

struct BatchGetUsersRequest {
  1: required list<i64> user_ids (api.query = "ids")
}

struct BatchGetUsersResponse {
  1: required map<i64, User> users
}

/** No user has the id. */
exception UserNotFound {
  1: required string message
  2: optional i64 user_id (api.js_conv = "")
}

/**
 * Reads users. Wrong arguments end in business status 1002; trouble with the storage in 1003.
 */
service UserService {
  /** The user of an id. */
  GetUserResponse GetUser(1: GetUserRequest req) throws (1: UserNotFound notFound) (idempotent = "true", api.get = "/users/:id")

  /** All users, in order of their ids, page by page. */
  ListUsersResponse ListUsers(1: ListUsersRequest req) (idempotent = "true", api.get = "/users")

  /** All of the users named; business status 1001, with the missing ids, if one of them does not exist. */
  BatchGetUsersResponse BatchGetUsers(1: BatchGetUsersRequest req) (idempotent = "true", api.get = "/users/batch")

  /** Notes what a user did; callers do not wait for it. */
  oneway void LogUserAction(1: string action (api.body = "action"), 2: i64 user_id (api.path = "id")) (api.post = "/users/:id/actions")
}
