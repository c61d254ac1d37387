/** TTHeader's marker, in the upper half of the second word. */
export const TT_HEADER_MAGIC = 0x1000;
/** Bytes from the length to the header size; the info follows. */
export const FIXED_HEADER_BYTES = 14;
/** The peer may answer out of order. */
export const FLAG_OUT_OF_ORDER = 0x0001;
/** The frame belongs to a stream, not to a call. */
export const FLAG_STREAMING = 0x0002;

/** Info bytes accepted: the most its size field can tell. */
export const MAX_INFO_BYTES_READ = 262_140;
/** Info bytes sent: peers before Kitex 0.16 count them in 16 bits. */
export const MAX_INFO_BYTES_WRITTEN = 65_532;
/** Bytes of one key or value. */
export const MAX_STRING_BYTES = 65_535;

/** Kinds of info sections. */
export const InfoId = {
  PADDING: 0x00,
  STRINGS: 0x01,
  INTS: 0x10,
  ACL_TOKEN: 0x11,
} as const;
