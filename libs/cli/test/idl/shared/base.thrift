/** What all services of the house share. */

namespace js shared

/** How urgent something is. */
enum Priority {
  LOW = -1
  /** Nothing special. */
  NORMAL
  HIGH = 10 (deprecated = "use NORMAL")
}

typedef i64 Id
typedef map<string, list<Id>> Groups

/** A page of something. */
struct Page {
  1: required i32 number
  2: optional i32 size = 20
}

/** The caller is not allowed to do this. */
exception Forbidden {
  1: required string message
  2: optional Id user
}

service Base {
  /** Whether the service is there. */
  bool ping()
  string version(1: i32 major = 1)
}
