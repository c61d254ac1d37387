/** What the gateway does with a body of some type. */
export type BodyFormat = 'json' | 'urlencoded' | 'multipart' | 'other';

/** A Content-Type, as far as it matters here. */
export interface MediaType {
  readonly format: BodyFormat;
  /** As it was sent, without parameters and in lower case; empty if there was none. */
  readonly name: string;
}

const TEXT_CHARSETS: readonly string[] = ['utf-8', 'utf8', 'us-ascii'];

/**
 * Reads a Content-Type. None means JSON. Text in another encoding than UTF-8 is a format that nothing here reads.
 *
 * @param contentType the header; `undefined` without one
 */
export function mediaTypeOf(contentType: string | undefined): MediaType {
  const [type = '', ...parameters] = (contentType ?? '').split(';');
  const name = type.trim().toLowerCase();
  const format = formatOf(name);
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/i.exec(parameter)?.[1])
    .find((value) => value !== undefined);
  const isReadable = charset === undefined || TEXT_CHARSETS.includes(charset.toLowerCase());
  return { name, format: isReadable ? format : 'other' };
}

function formatOf(name: string): BodyFormat {
  if (name === '' || name === 'application/json' || name.endsWith('+json')) {
    return 'json';
  }
  if (name === 'application/x-www-form-urlencoded') {
    return 'urlencoded';
  }
  return name === 'multipart/form-data' ? 'multipart' : 'other';
}
