/** One of many IDL files of a usual size: an enum, six structs, an exception and a service of four methods. */
export function idlFile(index: number): string {
  const structs = Array.from({ length: 6 }, (_, which) => struct(index, which));
  return `namespace js file${index}

/** What state a thing is in. */
enum State${index} { UNKNOWN = 0, ACTIVE = 1, GONE = 2 }

${structs.join('\n\n')}

exception Failure${index} { 1: required string message, 2: optional i32 code }

/** Keeps things. */
service Things${index} {
  Thing${index}S1 Get(1: Thing${index}S0 request) throws (1: Failure${index} failure)
  Thing${index}S3 List(1: Thing${index}S2 request) throws (1: Failure${index} failure)
  void Put(1: Thing${index}S4 request) throws (1: Failure${index} failure)
  oneway void Note(1: Thing${index}S5 request)
}
`;
}

function struct(index: number, which: number): string {
  const nested = which === 0 ? '' : `  9: optional list<Thing${index}S${which - 1}> parents\n`;
  return `/** Thing number ${which}. */
struct Thing${index}S${which} {
  1: required i64 id
  2: required string name
  3: optional string note
  4: optional i32 count = 1
  5: optional bool isActive
  6: optional double score
  7: optional State${index} state
  8: optional map<string, string> labels
${nested}}`;
}
