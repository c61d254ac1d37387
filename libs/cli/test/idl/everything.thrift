include "shared/base.thrift"
include "v1.thrift"
include "result.thrift"

namespace * everything

typedef base.Id OrderId
typedef set<OrderId> OrderIds
typedef Order AliasedOrder

enum Empty {}

/**
 * An order.
 *
 * Ends a comment: *\/ and goes on.
 */
struct Order {
  1: required OrderId id
  2: required base.Priority priority = base.Priority.HIGH
  3: optional string note
  4: bool paid = true
  5: i8 small
  6: i16 medium
  7: double amount = 1.5
  8: binary payload
  9: uuid token
  10: list<string> tags = ["a", "it's"]
  11: set<i32> numbers
  12: map<string, base.Page> pages
  13: map<i64, list<map<base.Priority, bool>>> deep
  14: OrderIds related
  15: optional Shape shape
  16: optional Order parent
  17: optional base.Groups groups = {"all": [1, 9223372036854775807]}
  18: base.Page first = {"number": 1}
  19: optional i64 total = 9007199254740993 (deprecated)
  20: optional base.Forbidden failure
  21: optional Empty nothing
  22: optional map<bool, binary> flags
}

struct Nothing {}

/** One of several shapes. */
union Shape {
  /** Radius. */
  1: double circle
  2: list<double> polygon
  3: Order order
}

union NoShape {}

exception Plain {}

exception Coded {
  1: i32 code = 400
  2: string message
  3: optional list<string> details
}

exception Odd {
  1: i32 message
  2: optional list<string> name
  3: bool stack
  4: optional string cause
}

const i32 LIMIT = 100
const i64 BIG = 9223372036854775807
const OrderId ROOT = -9223372036854775808
const string GREETING = "it's \"quoted\"\n"
const double RATIO = 0.5
const bool DEBUG = false
const binary MAGIC = "PK"
const base.Priority DEFAULT_PRIORITY = base.Priority.NORMAL
const list<string> NAMES = ["a", "b"]
const set<base.Priority> URGENT = [base.Priority.HIGH]
const map<string, list<i64>> GROUPS = {"odd": [1, 3], "__proto__": [2]}
const map<i64, base.Page> PAGES = {1: {"number": 1}, 2: {"number": 2, "size": 5}}
const base.Page FIRST = {"number": 1}
const Shape UNIT_CIRCLE = {"circle": 1.0}
const Coded NOT_FOUND = {"code": 404, "message": "not found", "details": ["x"]}

/** Handles orders. */
service OrderService extends base.Base {
  /** Reads one. */
  Order get(1: OrderId id) throws (1: base.Forbidden forbidden, 2: Coded coded, 3: Odd odd, 4: Plain plain)
    (idempotent = "true", api.get = "/orders/:id", deprecated = "use find")
  list<Order> find(1: required string text, 2: i32 limit = 10, 3: optional Shape shape) (idempotent = "false")
  oneway void note(1: string text)
  void clear()
  map<i64, set<string>> index(1: map<i64, Order> orders)
  v1.Item convert(1: result.Outcome outcome) throws (1: v1.value failure)
}

service Extended extends OrderService {
  string version(1: i32 major, 2: i32 minor)
}
