// Source of the generated modules in gen/; see scripts/generate-fixtures.sh.
namespace js fixtures

enum Color {
  RED = 1
  GREEN = 2
}

struct Item {
  1: required string name
  2: optional i64 count
  3: list<i32> numbers = [1, 2]
  4: map<i64, bool> flags
  5: Color color = Color.RED
  6: binary data
  7: optional Item inner
  8: double ratio
  9: set<string> tags
  10: map<bool, string> words
  11: list<bool> bits
  12: bool active
}

union Either {
  1: string text
  2: i32 number
}

exception NotFound {
  1: string message
  2: i32 code
}

exception Denied {
  1: required string why
}

service Base {
  void ping()
}

service Store extends Base {
  Item get(1: string name) throws (1: NotFound missing, 2: Denied denied)
  i32 add(1: i32 a, 2: i32 b)
  Item merge(1: Item left, 2: Item right, 3: Either how)
  void put(1: Item item) throws (5: Denied denied)
  i64 shift(1: i64 value)
  oneway void notify(1: string text, 2: i64 at)
}
