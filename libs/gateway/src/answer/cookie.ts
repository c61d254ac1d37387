/** Attributes of a cookie that a result sets. */
export interface CookieOptions {
  /** @defaultValue `/` */
  readonly path?: string;
  readonly domain?: string;
  /** Seconds until it expires; without it the cookie ends with the browser. */
  readonly maxAgeSeconds?: number;
  readonly httpOnly?: boolean;
  readonly secure?: boolean;
  readonly sameSite?: 'strict' | 'lax' | 'none';
}

/** Without what ends a value, an attribute or a header. */
const VALUE = /^[\x20-\x7e]*$/;
const UNSAFE = /[";\\]/;
const QUOTED = /[ ,]/;

const SAME_SITE = { strict: 'Strict', lax: 'Lax', none: 'None' } as const;

/** The value of a `Set-Cookie` header; `undefined` for a value that a cookie cannot have. */
export function setCookie(
  name: string,
  value: string,
  { path = '/', domain, maxAgeSeconds, httpOnly, secure, sameSite }: CookieOptions = {},
): string | undefined {
  if (!VALUE.test(value) || UNSAFE.test(value)) {
    return undefined;
  }
  const attributes = [
    `Path=${path}`,
    domain !== undefined && `Domain=${domain}`,
    maxAgeSeconds !== undefined && `Max-Age=${maxAgeSeconds}`,
    httpOnly === true && 'HttpOnly',
    secure === true && 'Secure',
    sameSite !== undefined && `SameSite=${SAME_SITE[sameSite]}`,
  ];
  const pair = `${name}=${QUOTED.test(value) ? `"${value}"` : value}`;
  return [pair, ...attributes.filter((attribute) => attribute !== false)].join('; ');
}
