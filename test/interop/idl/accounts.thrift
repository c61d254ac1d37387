// A service in the shape that services in Go commonly have: a request and a response struct for each method, required fields first,
// methods in upper camel case, an exception for what is not there, codes of business statuses for everything else that goes wrong,
// and a oneway method for what callers do not wait for. No method is annotated.
namespace go interop.accounts

struct Account {
  1: required i64 id
  2: required string name
  3: optional string email
  4: optional i64 created_at
  5: optional i64 updated_at
}

struct GetAccountRequest {
  1: required i64 account_id
}

struct GetAccountResponse {
  1: required Account account
}

struct ListActionsRequest {
  1: required i64 account_id
}

struct ListActionsResponse {
  1: required list<string> actions
}

exception AccountNotFound {
  1: required string message
  2: optional i64 account_id
}

service AccountService {
  // Ids: 0 and below end in status 1002; 404 is not there; 500 ends in status 1003; 900 takes a second. Even ones have an email.
  GetAccountResponse GetAccount(1: GetAccountRequest req) throws (1: AccountNotFound notFound)
  oneway void LogAccountAction(1: string action, 2: i64 account_id)
  ListActionsResponse ListActions(1: ListActionsRequest req)
}
