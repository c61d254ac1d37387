namespace go gwvec.rules

struct Named { 1: string name (api.query = "name", vt.min_size = "1") }

/** rules of thrift-gen-validator, which generated definitions check */
service Rules {
    Named Name(1: Named req) (api.get = "/named")
}
