// What emitted code imports. Not for applications: names and signatures follow the emitter.
export type { ReadBuffer } from '../buffer/read-buffer.js';
export type { WriteBuffer } from '../buffer/write-buffer.js';
export type { StructCodec } from '../definition/struct-codec.js';
