import { flag, integer, oneOf, type OptionsOf, text } from '@nestjs-thrift/transport/internal';

/** Attributes of a cookie. */
export const COOKIE_OPTIONS = {
  /** Paths that browsers send it to. */
  path: text({ default: '/' }),
  /** Domain that browsers send it to. @defaultValue the host that set it */
  domain: text(),
  /** Seconds until it expires; 0 deletes it. @defaultValue none: the cookie ends with the browser */
  maxAgeSeconds: integer(),
  /** Whether scripts of the page cannot read it. */
  httpOnly: flag({ default: false }),
  /** Whether browsers send it over HTTPS alone. */
  secure: flag({ default: false }),
  /** Whether requests from other sites carry it. @defaultValue that of the browser, `lax` */
  sameSite: oneOf(['strict', 'lax', 'none']),
};

/** Attributes of a cookie that a result sets. */
export interface CookieOptions extends OptionsOf<typeof COOKIE_OPTIONS> {}

/** Without what ends a value, an attribute or a header. */
const VALUE = /^[\x20-\x7e]*$/;
const UNSAFE = /[";\\]/;
const QUOTED = /[ ,]/;

const SAME_SITE = { strict: 'Strict', lax: 'Lax', none: 'None' } as const;

/** The value of a `Set-Cookie` header; `undefined` for a value that a cookie cannot have. */
export function setCookie(
  name: string,
  value: string,
  {
    path = COOKIE_OPTIONS.path.default,
    domain,
    maxAgeSeconds,
    httpOnly,
    secure,
    sameSite,
  }: CookieOptions = {},
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
