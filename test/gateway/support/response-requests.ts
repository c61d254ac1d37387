/** Paths of the methods that have one `which` for each answer. */
const PATHS: Readonly<Record<string, string>> = {
  out: '/out',
  need: '/need',
  fails: '/fails',
};

/** The request for a row of `expected-responses.json`. */
export function requestFor(name: string): string {
  const [group = '', which = ''] = name.split('/');
  switch (name) {
    case 'fails/coded':
      return get('/fails/coded?which=coded');
    case 'fails/second':
      return get('/fails/coded?which=failure');
    case 'bare/fire':
      return 'POST /fire HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    case 'verbs/head-of-get':
      return get('/out', 'HEAD');
    default:
      return group === 'bare' ? get(`/${which}?which=w`) : get(`${PATHS[group]}?which=${which}`);
  }
}

/** A GET request, or one of another verb. */
export function get(path: string, verb = 'GET'): string {
  return `${verb} ${path} HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n\r\n`;
}
