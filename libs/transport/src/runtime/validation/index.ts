// For validators that `nestjs-thrift gen` wrote.
export * from '@nestjs-thrift/codec/validation';
