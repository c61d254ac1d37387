enum Status { ACTIVE = 1, GONE = 2 }

exception EveryType {
  1: required bool flag
  2: i8 number = 20
  3: i32 count
  4: double real
  5: string text
  6: binary bytes
  7: uuid id
  8: Status status
  9: set<i64> longs
  10: map<string, i16> shorts
  11: list<EveryType> causes
}
