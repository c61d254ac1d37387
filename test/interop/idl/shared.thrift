// Two services of one port with a method of the same name and arguments of other types.
namespace go shared

service Orders {
  string owner(1: i32 id)
}

service Stock {
  string owner(1: string article)
  i32 left(1: string article)
}
