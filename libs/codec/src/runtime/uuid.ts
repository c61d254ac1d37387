const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The 16 bytes of a UUID in canonical text; false when the value is none. The caller has made room. */
export function putUuid(bytes: Buffer, p: number, value: unknown): boolean {
  if (typeof value !== 'string' || !CANONICAL.test(value)) return false;
  bytes.write(value.replaceAll('-', ''), p, 'hex');
  return true;
}

/** A UUID in canonical lower-case text. The caller has checked that 16 bytes are there. */
export function readUuid(bytes: Buffer, p: number): string {
  const hex = bytes.toString('hex', p, p + 16);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `${groups.join('-')}-${hex.slice(20)}`;
}
