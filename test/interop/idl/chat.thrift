namespace go chat

struct Req {
  1: string text
  2: optional i32 count
}
struct Res {
  1: string text
  2: optional i32 n
}
exception Oops {
  1: string why
  2: i32 code
}

service Chat {
  Res Ping(1: Req req)
  Res Uni(1: Req req) (streaming.mode="unary")
  Res UniX(1: Req req) throws (1: Oops e) (streaming.mode="unary")
  Res Down(1: Req req) (streaming.mode="server")
  Res DownX(1: Req req) throws (1: Oops e) (streaming.mode="server")
  Res Up(1: Req req) (streaming.mode="client")
  Res Talk(1: Req req) (streaming.mode="bidirectional")
}
