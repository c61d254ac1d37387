include "shared/base.thrift"

/** What the validator of Kitex can ask of a struct, once each. */
struct Rules {
  1: optional i32 above (vt.gt = "10")
  2: optional i64 atLeast (vt.ge = "10")
  3: optional double below (vt.lt = "0.5")
  4: optional i16 atMost (vt.le = "0x10")
  5: optional string constant (vt.const = "it's")
  6: optional i32 among (vt.in = "1", vt.in = "2")
  7: optional string notAmong (vt.not_in = "root", vt.not_in = "admin")
  8: optional string bytes (vt.min_size = "2", vt.max_size = "4")
  9: optional string runes (vt.min_rune_size = "2", vt.max_rune_size = "4")
  10: optional string matching (vt.pattern = "^[a-z]+/[0-9]+$")
  11: optional string anyCase (vt.pattern = "(?i)^thrift$")
  12: optional string starting (vt.prefix = "a.b")
  13: optional string ending (vt.suffix = ".c")
  14: optional string containing (vt.contains = "*")
  15: optional string lacking (vt.not_contains = "\"")
  16: optional base.Priority known (vt.defined_only = "true")
  17: optional base.Priority urgent (vt.in = "base.Priority.HIGH")
  18: optional list<double> elements (vt.elem.gt = "0.25", vt.min_size = "1", vt.max_size = "3")
  19: optional map<string, i32> entries (vt.key.min_size = "2", vt.value.ge = "0", vt.max_size = "2")
  20: optional list<map<i32, list<string>>> deep (vt.elem.value.elem.prefix = "x", vt.elem.key.lt = "5")
  21: optional bool agreed (vt.const = "true")
  22: optional binary payload (vt.max_size = "3", vt.prefix = "P")
  23: optional Child child
  24: optional Child unchecked (vt.skip = "true")
  25: optional string there (vt.not_nil = "true")
  26: optional i32 limit
  27: optional i32 within (vt.le = "$limit")
  28: optional list<string> tags (vt.max_size = "@add($limit, 1)")
  29: optional set<i64> ids (vt.elem.gt = "0")
  30: optional map<Child, string> byChild (vt.min_size = "1")
} (vt.assert = "@equal(@mod($limit, 2), 0)")

struct Child {
  1: required string name (vt.min_size = "1")
  2: optional list<Child> children
}

/** Fields that Go fills with their zero when they are absent. */
struct Zeros {
  1: string text (vt.min_size = "1")
  2: i32 count (vt.ge = "1")
  3: list<string> items (vt.min_size = "1")
  4: i64 big (vt.le = "0")
  5: i32 preset = 5 (vt.ge = "1")
  6: i32 free
}

union Either {
  1: string text (vt.max_size = "3")
  2: Child child
}

exception Refused {
  1: required string message (vt.prefix = "refused")
}
