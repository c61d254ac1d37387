namespace go gwvec.errors

include "gateway.thrift"

/** what business codes mean in HTTP */
enum Outcome {
    NOT_HERE = 4004 (api.http_code = "410", api.http_message = "gone for good"),
}
