// What the features of Kitex are tried with, from both sides.
namespace go probe

// What a server sees of a call besides its arguments.
struct Seen {
  1: map<string, string> passing
  2: map<string, string> persistent
  3: string caller
  4: string callerMethod
  // How long the caller waits; 0 if it does not say.
  5: i64 timeoutMs
  6: string instance
}

service Probe {
  Seen see()
  // What the server at the endpoint sees when it is called while this call is served.
  Seen relay(1: string endpoint)
  // Sends the values back beside the reply.
  void sendBack(1: map<string, string> values)
  // Ends with a business status error.
  void status(1: i32 code, 2: string message, 3: map<string, string> extra)
  // Answers after a time.
  i32 pause(1: i32 milliseconds)
  // Fails the first calls of a name, then answers how many there were.
  i32 attempt(1: string name, 2: i32 failures)
  // Counts a call of a name, and fails after that if asked to.
  oneway void note(1: string name, 2: bool fails)
  // How many calls of attempt and note there were by that name.
  i32 attempts(1: string name)
  // Calls attempt at the endpoint with up to two retries.
  i32 relayAttempt(1: string endpoint, 2: string name, 3: i32 failures)
}
