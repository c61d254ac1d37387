struct GetUserRequest { 1: required i64 user_id }
struct User { 1: required i64 id, 2: required string name }
struct GetUserResponse { 1: required User user }
exception UserNotFound { 1: required string message, 2: optional i64 user_id }

service UserService {
  GetUserResponse GetUser(1: GetUserRequest req) throws (1: UserNotFound notFound) (idempotent = "true")
}
