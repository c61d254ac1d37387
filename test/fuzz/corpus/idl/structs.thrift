enum Colour { RED = 1, GREEN = 2 }

union Choice {
  1: i32 number
  2: string text
  3: list<Choice> more
}

exception Broken {
  1: required string reason
  2: optional i32 code
}

struct Inner {
  1: required i32 id
  2: optional Inner next
  3: string label = "none"
}

struct Root {
  1: bool flag
  2: i8 small
  3: i16 short
  4: i32 plain
  5: i64 long
  6: double real
  7: string text
  8: binary bytes
  9: uuid id
  10: Colour colour
  11: Inner inner
  12: list<i32> numbers
  13: list<Inner> inners
  14: set<string> names
  15: map<string, i64> counts
  16: map<Inner, list<bool>> odd
  17: Choice choice
  18: Broken broken
  19: list<list<list<bool>>> deep
  20: map<i32, map<string, binary>> nested
  21: set<double> reals
  40: optional Root self
  1000: required bool last
}
