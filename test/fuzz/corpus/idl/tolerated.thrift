// What one of the two compilers refuses and the other takes, and what was in the language once.
namespace go github.com/some-body/tolerated-1
namespace java "some.where";

senum Season { "winter", "summer"; } (old)
typedef slist Words
typedef string uuid
struct Named { 1: uuid own }

struct Separated {
  1: map cpp_type "std::unordered_map<int, int>" <i32, i32> before
  2: list<i32> cpp_type "std::deque<int>" after
  3: set cpp_type "std::set<int>" <i32> both
  4: i32 marked xsd_optional xsd_nillable xsd_attrs { 1: string lang } (kept)
};

struct All xsd_all { 1: i32 a },

const i32 FORWARD = LATER
const i32 LATER = 0o17;
const map<string, i32> NOTHING = []

service Base {} (first)
service Annotated extends Base (second = 'two') {
  async void fire()
  oneway i32 pointless()
} (second = "three")

struct Options { 1: string text } (
  api.vd = "regexp('^\w+\d$')",
  option = '{
    list: ["a", \'b\'],
  }'
)
