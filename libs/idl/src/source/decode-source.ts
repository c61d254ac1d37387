import { isUtf8 } from 'node:buffer';

/** The text of a file, and whether bytes of it were lost. */
export interface DecodedSource {
  readonly text: string;
  /** Some bytes are not UTF-8; U+FFFD stands for them. */
  readonly isDamaged: boolean;
}

/**
 * Decodes what a file holds; text counts as decoded already.
 *
 * @throws Error for UTF-16, which no Thrift compiler reads.
 */
export function decodeSource(content: string | Uint8Array): DecodedSource {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('utf8');
  if (looksLikeUtf16(text)) {
    throw new Error('it is UTF-16; save it as UTF-8');
  }
  return { text, isDamaged: typeof content !== 'string' && !isUtf8(content) };
}

/** Every other byte of ASCII in UTF-16 is 0; of its byte order mark neither byte is UTF-8. */
function looksLikeUtf16(text: string): boolean {
  const head = text.startsWith('\ufffd\ufffd') ? text.slice(2, 4) : text.slice(0, 2);
  return head.length === 2 && head.includes('\0');
}
