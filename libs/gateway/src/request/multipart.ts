import { addText, type PairsError, textOfBytes } from './pairs.js';

/** Parts of one form, and bytes of the headers of one part. */
const LIMITS = { parts: 1_000, headerPairs: 50, headerSize: 16 * 1024 };
const EXPECTED = 'multipart form expected';

/** A multipart form: its texts and its files. */
export interface MultipartForm {
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly files: ReadonlyMap<string, readonly Buffer[]>;
}

/** A form that cannot be read. */
export class MultipartError extends Error {}

/**
 * Parses a multipart form that is in memory as a whole. The parser is loaded with the first one.
 *
 * @throws MultipartError for bytes that are none, and for more parts than the limit.
 */
export async function parseMultipart(
  bytes: Uint8Array,
  contentType: string,
): Promise<MultipartForm> {
  const { Busboy } = await import('@fastify/busboy');
  const texts = new Map<string, string[]>();
  const files = new Map<string, Buffer[]>();
  return new Promise((resolve, reject) => {
    const fail = (message: string) => reject(new MultipartError(message));
    let parser: InstanceType<typeof Busboy>;
    try {
      parser = new Busboy({
        headers: { 'content-type': contentType },
        // Nothing in a form is larger than the body, whose size the adapter limits.
        limits: { ...LIMITS, files: LIMITS.parts, fileSize: bytes.length },
        // As a file each part comes as its bytes; the parser would replace bytes that are not UTF-8.
        isPartAFile: () => true,
      });
    } catch {
      fail(EXPECTED);
      return;
    }
    parser.on('file', (name: string | undefined, stream, fileName: unknown, _encoding, type) => {
      const isFile = fileName !== undefined || type === 'application/octet-stream';
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', () => fail(EXPECTED));
      stream.on('end', () => take(name, Buffer.concat(chunks), isFile));
    });
    parser.on('partsLimit', () => fail(`more than ${LIMITS.parts} parts`));
    parser.on('error', () => fail(EXPECTED));
    parser.on('finish', () => resolve({ texts, files }));
    parser.end(bytes);

    function take(name: string | undefined, content: Buffer, isFile: boolean): void {
      if (name === undefined) {
        return;
      }
      if (isFile) {
        addText(files, name, content);
        return;
      }
      try {
        addText(texts, name, textOfBytes(content));
      } catch (error) {
        fail((error as PairsError).message);
      }
    }
  });
}
