namespace js gateway

struct Item {
  1: required i64 sku
  2: required i32 count
  3: required double price
}

struct Order {
  1: required i64 id
  2: required string customer
  3: required bool paid
  4: required list<Item> items
  5: optional string note
}

struct GetOrder {
  1: required i64 id (api.path = "id")
  2: optional i32 limit (api.query = "limit")
  3: optional list<string> fields (api.query = "fields")
}

service Orders {
  Order Get(1: GetOrder request) (api.get = "/orders/:id")
  Order Put(1: Order order) (api.post = "/orders")
}
