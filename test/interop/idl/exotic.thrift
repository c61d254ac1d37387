// Map keys that Go, Python and npm thrift cannot hold: structs and containers.
namespace java exotic
namespace cpp exotic

struct Place {
  1: i32 row
  2: i32 column
}

struct ExoticKeys {
  1: map<Place, string> byStruct
  2: map<list<i32>, string> byList
  3: map<set<i32>, string> bySet
  4: set<list<string>> paths
  5: set<Place> places
}

const ExoticKeys EXOTIC = {
  "byStruct": {{"row": 1, "column": 2}: "a", {"row": -1, "column": 0}: "b"}
  "byList": {[1, 2]: "a", []: "b"}
  "bySet": {[1, 2]: "a", [3]: "b"}
  "paths": [["a", "b"], ["c"]]
  "places": [{"row": 5, "column": 6}, {"row": 7, "column": 8}]
}

service Exotic {
  string checkExotic(1: ExoticKeys value)
  ExoticKeys produceExotic()
}
