// Every type, in every place and requiredness that codecs are emitted for.

enum Status { ACTIVE = 1 }
struct Empty {}
struct Leaf { 1: required i32 x, 2: optional Status status = Status.ACTIVE }
union Choice { 1: string text, 2: Leaf leaf, 3: list<Choice> choices, 4: bool flag }
exception Failure { 1: required string message, 2: Leaf leaf, 3: optional i32 code = 5 }
struct Tree { 1: list<Tree> children, 2: map<string, Tree> named, 3: map<i64, Tree> numbered, 4: Choice choice }
struct All {
  1: required bool flag, 2: i8 byte, 3: required i16 short, 4: i32 number, 5: required i64 long, 6: double real,
  7: required string text, 8: binary bytes, 9: required uuid id, 10: Status status, 11: list<string> texts,
  12: set<i32> numbers, 13: map<string, i64> counts = {"a": 1}, 14: map<i64, string> names = {5: "five"},
  15: Leaf leaf = {"x": 1}, 16: list<list<set<Leaf>>> grid, 17: map<Leaf, map<string, Choice>> choices,
  18: set<binary> blobs, 19: list<Status> statuses, 20: required Leaf must, 21: Failure failure, 22: Empty empty,
  100: set<i64> longs = [1, 2], 101: set<uuid> ids, 102: map<bool, list<bool>> flags, 200: bool last
}
service Service {
  All call(1: All all, 2: i64 number) throws (1: Failure failure),
  oneway void notify(1: string text (idempotent = "true")),
  void nothing()
}
