// For static codecs that `nestjs-thrift gen` wrote.
export * from '@nestjs-thrift/codec/runtime';
