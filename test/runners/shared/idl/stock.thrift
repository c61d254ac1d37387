namespace js stock

/** There is less of an item than the caller asked for. */
exception OutOfStock {
  1: required string sku
  2: required i32 left
}

struct Reservation {
  1: required i64 id
  2: required string sku
  3: required i32 quantity
}

service StockService {
  Reservation Reserve(1: string sku, 2: i32 quantity) throws (1: OutOfStock outOfStock) (idempotent = "true")
}
