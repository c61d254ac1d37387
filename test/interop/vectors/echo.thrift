// The service that the recorded messages are of.
struct Message {
  1: string message
  2: optional i32 num
}

// Kitex writes numbers before strings.
exception MyEx {
  2: i32 code
  1: string why
}

service Echo {
  Message echo(1: Message req) throws (1: MyEx ex)
  void ping()
  oneway void fire(1: Message req)
}
