include "v1.thrift"

union Outcome {
  1: v1.Item item
  2: v1.value failure
}
