const LINE_FEED = 0x0a;

/** A line that is longer than the limit. */
export class LineTooLongError extends Error {
  constructor(maxBytes: number) {
    super(`a line is longer than ${maxBytes} bytes`);
    this.name = 'LineTooLongError';
  }
}

/**
 * The lines of a body, as they come; empty ones are left out.
 *
 * @param chunks the bytes of the body
 * @throws LineTooLongError before more than `maxBytes` of a line are kept.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const keep = (part: Uint8Array): void => {
    length += part.length;
    if (length > maxBytes) {
      throw new LineTooLongError(maxBytes);
    }
    parts.push(part);
  };
  const take = (): Uint8Array => {
    const line = parts.length === 1 ? parts[0]! : Buffer.concat(parts, length);
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const line = take();
      if (!isBlank(line)) {
        yield line;
      }
    }
    keep(chunk.subarray(start));
  }
  const last = take();
  if (!isBlank(last)) {
    yield last;
  }
}

/** Whether a line has blanks alone, such as the CR of a line that ends with CR LF. */
function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
