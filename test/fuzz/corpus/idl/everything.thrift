/**
 * Every construct of the language once.
 */
include "base.thrift"
cpp_include "<unordered_map>"
namespace * example.everything
namespace go example.everything
namespace py.twisted example
namespace xsd test (uri = 'http://example.com/ns')

# A comment in the shell's manner.
// A comment in C++'s manner.
/* A comment in C's manner. */
/**/
/***/

typedef i64 UserId (js.type = "UserId")
typedef list< double ( fixed = "16" ) > Readings
typedef base.Page Page

const bool ON = true
const bool OFF = 0
const byte SMALL = -0x1F
const i8 SAME = 0x7f
const i16 SHORT = 098
const i32 PLUS = +5
const i64 LARGEST = 9223372036854775807
const i64 SMALLEST = -9223372036854775808
const double HALF = .5
const double TINY = -1.5e-3
const double WHOLE = 3
const string TEXT = "tab\tquote\" it's \\"
const string SINGLE = 'say "hi"\n'
const binary BYTES = "bytes"
const uuid ID = '{00112233-4455-6677-8899-AABBCCDDEEFF}'
const list<i32> LIST = [1, 2; 3 SHARED]
const set<string> SET = ['a', 'a']
const map<string, list<i32>> MAP = {'a': [1], 'b': LIST, 'c': {}}
const Color COLOR = Color.RED
const base.Level LEVEL = base.Level.HIGH
const Color BY_NUMBER = 7
const i32 COLOR_NUMBER = Color.BLUE
const i32 SHARED = base.PAGE_SIZE
const Point ORIGIN = {'x': 0.0, 'label': TEXT, 'page': {'size': 1}};

/** What can be seen. */
enum Color {
  RED = 3 (hex = "f00")
  GREEN, /** Grass is. */
  /** The sky. */
  BLUE = 0x10;
  LAST = -1
  AFTER
} (display)

struct Point {
  1: required double x = 1
  2: optional string label (max = "10", max = "20", flag, empty = "");
  -5: i32 negative
  i32 missing
  i32 next,
  3: Page page
  4: list<Point> & parents
  5: map<UserId, set<Color> (python.immutable = "")> colors
  6: string list
  7: bool required
  8: i32 namespace = SHARED
  9: Later later
} (a.b = "c")

union Shape {
  1: required Point point
  2: i32 radius = 1
}

exception Failure {
  1: i32 code
}
typedef Failure Mishap

struct Empty {}

struct Later {
  1: Shape shape
}

service Extended extends base.BaseService {
  void nothing(),
  /** Finds one. */
  Point find(1: required UserId id, 2: optional bool quick = true /** not bound */, i32 loose) throws (1: Mishap mishap, 2: base.NotFound missing) (idempotent)
  oneway void tell(1: string text);
  map<string, list<Later>> all()
} (version = "2")
