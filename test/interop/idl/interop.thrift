// What every peer serves and calls. The constants are the values of the cases: each language builds them from here and
// compares what it receives with its own notion of equality. Extreme doubles and exotic keys are built in code: the
// compilers make other numbers of the former, and of the latter code that does not compile.
namespace go interop
namespace java interop
namespace py interop
namespace cpp interop
namespace js interop

enum Color {
  RED = 1
  GREEN = 2
  BLUE = 5
  NEGATIVE = -3
}

struct Point {
  1: i32 x
  2: i32 y
}

struct Circle {
  1: Point center
  2: double radius
}

union Shape {
  1: Point dot
  2: Circle circle
  3: string label
  4: list<i32> polygon
}

struct Tree {
  1: i32 value
  2: list<Tree> children
  3: map<string, Tree> named
}

// One map per key type.
struct Keys {
  1: map<bool, string> byBool
  2: map<i8, string> byI8
  3: map<i16, string> byI16
  4: map<i32, string> byI32
  5: map<i64, string> byI64
  6: map<double, string> byDouble
  7: map<string, string> byString
  8: map<binary, string> byBinary
  9: map<Color, string> byColor
}

struct Everything {
  1: bool flag
  2: i8 tiny
  3: i16 small
  4: i32 medium
  5: i64 big
  6: double real
  7: string text
  8: binary bytes
  9: Color color = Color.RED
  10: list<i32> numbers
  11: set<string> words
  12: set<i64> ids
  13: map<string, i64> counts
  14: list<list<string>> grid
  15: map<string, list<map<i32, string>>> nested
  16: list<bool> switches
  17: list<double> reals
  18: list<binary> blobs
  19: list<Color> palette
  20: list<Point> points
  21: map<string, Shape> shapes
  22: set<Color> colors
  23: list<i64> longs
  24: map<string, bool> answers
  // The jump in ids leaves the short form of Compact field headers.
  40: optional Point point
  41: optional Shape shape
  42: optional Tree tree
  43: optional Keys keys
  44: optional i32 absentNumber
  45: optional string absentText
  46: optional bool presentFlag
  60: required string name
  61: i32 numberDefault = 42
  62: string textDefault = "default"
  63: list<i32> listDefault = [1, 2, 3]
  300: i32 far
  32767: string last
}

exception NotFound {
  1: string message
  2: i32 code
  3: map<string, string> details
}

exception Denied {
  1: required string reason
}

const Everything FULL = {
  "flag": true
  "tiny": -7
  "small": 1234
  "medium": 1234567
  "big": 1234567890123
  "real": 3.25
  "text": "grüße, 世界, 😀"
  "bytes": "some bytes"
  "color": Color.BLUE
  "numbers": [1, -2, 3, 400000, -500000, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
  "words": ["alpha", "beta", "gamma"]
  "ids": [1, -2, 3000000000]
  "counts": {"one": 1, "many": 9000000000}
  "grid": [["a", "b"], [], ["c"]]
  "nested": {"left": [{1: "one", 2: "two"}, {3: "three"}], "right": []}
  "switches": [true, false, true, true]
  "reals": [0.5, -1.25, 100.0]
  "blobs": ["x", "", "yz"]
  "palette": [Color.GREEN, Color.RED, Color.NEGATIVE]
  "points": [{"x": 1, "y": 2}, {"x": -1, "y": -2}]
  "shapes": {
    "dot": {"dot": {"x": 3, "y": 4}}
    "circle": {"circle": {"center": {"x": 5, "y": 6}, "radius": 7.5}}
    "label": {"label": "here"}
    "polygon": {"polygon": [1, 2, 3]}
  }
  "colors": [Color.RED, Color.BLUE]
  "longs": [1, -1, 4294967296]
  "answers": {"yes": true, "no": false}
  "point": {"x": 8, "y": 9}
  "shape": {"circle": {"center": {"x": 1, "y": 1}, "radius": 0.5}}
  "tree": {
    "value": 1
    "children": [
      {"value": 2, "children": [{"value": 3, "children": [], "named": {}}], "named": {}}
    ]
    "named": {"other": {"value": 4, "children": [], "named": {}}}
  }
  "presentFlag": false
  "name": "full"
  "numberDefault": 43
  "textDefault": "changed"
  "listDefault": [9]
  "far": 300
  "last": "end"
}

const Everything EMPTY = {
  "flag": false
  "tiny": 0
  "small": 0
  "medium": 0
  "big": 0
  "real": 0.0
  "text": ""
  "bytes": ""
  "color": Color.RED
  "numbers": []
  "words": []
  "ids": []
  "counts": {}
  "grid": []
  "nested": {}
  "switches": []
  "reals": []
  "blobs": []
  "palette": []
  "points": []
  "shapes": {}
  "colors": []
  "longs": []
  "answers": {}
  "name": ""
  "numberDefault": 0
  "textDefault": ""
  "listDefault": []
  "far": 0
  "last": ""
}

const Everything LARGEST = {
  "flag": true
  "tiny": 127
  "small": 32767
  "medium": 2147483647
  "big": 9223372036854775807
  "real": 1.5
  "text": "z"
  "bytes": "z"
  "color": Color.BLUE
  "numbers": [2147483647, -2147483648]
  "words": []
  "ids": [9223372036854775807]
  "counts": {"largest": 9223372036854775807}
  "grid": []
  "nested": {"": [{2147483647: ""}]}
  "switches": []
  "reals": []
  "blobs": []
  "palette": []
  "points": [{"x": 2147483647, "y": -2147483648}]
  "shapes": {}
  "colors": []
  "longs": [9223372036854775807, 9007199254740993, -9007199254740993]
  "answers": {}
  "name": "largest"
  "numberDefault": 2147483647
  "textDefault": ""
  "listDefault": []
  "far": 2147483647
  "last": ""
}

service Base {
  i32 baseAdd(1: i32 a, 2: i32 b)
}

service Interop extends Base {
  // Empty text if the value is what the server builds for the case, else what differs.
  string check(1: string caseName, 2: Everything value)
  Everything produce(1: string caseName)
  Everything echo(1: Everything value)
  string combine(
    1: bool flag
    2: i8 tiny
    3: i16 small
    4: i32 medium
    5: i64 big
    6: double real
    7: string text
    8: binary bytes
    9: Color color
    10: list<string> words
  )
  Shape flip(1: Shape shape)
  void nothing()
  // kind: notFound, denied, undeclared; anything else is returned.
  string fail(1: string kind) throws (1: NotFound notFound, 4: Denied denied)
  oneway void remember(1: string text)
  string recall()
}

// Declares a method that no server has.
service InteropNext extends Interop {
  i32 notThere(1: i32 value)
}
