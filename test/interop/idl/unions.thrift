// What arrives for a union in addition to one known member: none, and the member of a later version.
namespace go unions

struct Dot {
  1: i32 x
}

union Shape {
  1: Dot dot
  2: string label
}

// The same union of a later version.
union LaterShape {
  1: Dot dot
  2: string label
  9: i64 area
}

struct Holder {
  1: Shape shape
  2: optional Shape spare
  3: string note
}

struct LaterHolder {
  1: LaterShape shape
  2: optional LaterShape spare
  3: string note
}

// member: dot, label, area; none for a union without a member. The note shows that the fields after the union are read.
service Unions {
  // The member that the server finds set and the note, as `member/note`.
  string member(1: Holder holder)
  // A holder whose shape has the member, and the note "after".
  Holder give(1: string member)
}

service LaterUnions {
  string member(1: LaterHolder holder)
  LaterHolder give(1: string member)
}
