# Every name here means something to JavaScript, to TypeScript or to the generated code.

struct Map { 1: optional map<i32, string> Map }
struct Error { 1: optional string message }
struct Promise { 1: optional i32 then }
struct Record { 1: optional map<string, i32> Record }
struct Partial { 1: required i32 Pick }
struct string_ { 1: optional string string }
struct any { 1: optional any any }
struct keyof { 1: optional keyof keyof }
struct StructCodec { 1: optional i32 reserve }
struct CallOptions { 1: optional i32 timeoutMs }
struct ThriftContext { 1: optional i32 method }
struct Observable { 1: optional i32 pipe }
struct ThriftException { 1: optional i32 code }
struct ServiceDefinition { 1: optional i32 name }
struct Account {
  1: optional i32 init
  2: optional i32 value
  3: optional i32 out
}
struct AccountCodec { 1: optional Account account }
struct createAccount { 1: optional Account account }
struct AccountsClient { 1: optional Account account }
struct Accounts { 1: list<Account> accounts }
struct deepFreeze { 1: optional i32 deepFreeze }

struct Words {
  1: optional i32 class
  2: optional i32 delete
  3: optional i32 new
  4: optional i32 get
  5: optional i32 set
  6: optional i32 static
  7: optional i32 readonly
  8: optional i32 async
  9: optional i32 await
  10: optional i32 arguments
  11: optional i32 undefined
}

struct Inherited {
  1: optional string constructor
  2: optional string toString
  3: optional i32 hasOwnProperty
  4: required i32 valueOf
  5: optional string prototype
  6: optional string __proto__
}

exception Inherits {
  1: optional string constructor
  2: optional string toString
  3: optional i32 valueOf
  4: optional i32 static
  5: optional i32 readonly
  6: optional i32 declare
  7: optional i32 override
  8: optional i32 init
}

exception Named {
  1: optional string name
  2: optional string message
  3: required string stack
}

exception class { 1: required string message }
exception Buffer { 1: optional binary Buffer }

enum enum_ { constructor = 1, toString = 2, delete = 3, __proto__ = 4 }
enum default_ { A }

const list<i32> import_ = [1]
const string Account_ = "taken"
const i32 value = 1
const i32 Accounts_ = 2

/** Named like a struct. */
service Accounts {
  void new(1: i32 new, 2: i32 options, 3: i32 context, 4: i32 arguments)
  void constructor(1: i32 context)
  void then()
  i32 delete(1: i32 delete) throws (1: class class, 2: Buffer buffer)
  void toString(1: i32 a, 2: i32 options_)
  Map __proto__(1: Error error)
}

service Account {
  Account get(1: i32 options)
}
