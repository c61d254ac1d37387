namespace js bench

/** The small payload. */
struct Counter {
  1: required i64 value
}

/** The medium payload: eight mixed fields, about 280 bytes in Binary. */
struct User {
  1: required i64 id
  2: required string name
  3: required string email
  4: required i32 age
  5: required bool active
  6: required double score
  7: required list<string> tags
  8: required map<string, string> attributes
}

/** The large payload: 100 users, about 28 kB. */
struct Users {
  1: required list<User> users
}

service Bench {
  Counter Small(1: Counter request)
  User Medium(1: User request)
  Users Large(1: Users request)
}
