// A line of the sample's JSON log for people who look at it in a terminal.

const LEVELS = /** @type {Record<number, string>} */ ({
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
});
/** What Nest says of each module, route and provider while it starts. */
const STARTING = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

/**
 * Returns time, level, context, message and request id of a line; the line itself if it is not JSON, and nothing for those that Nest writes
 * about its own start.
 *
 * @param {string} line
 * @returns {string | undefined}
 */
export function readableLine(line) {
  const fields = parsed(line);
  if (fields === undefined) {
    return line;
  }
  const { time, level, context, message, requestId, req, res, responseTime, err } = fields;
  if (STARTING.has(context)) {
    return undefined;
  }
  const at = new Date(time).toTimeString().slice(0, 8);
  const id = requestId ?? req?.id;
  const http = req && res ? `${req.method} ${req.url} ${res.statusCode} in ${responseTime} ms` : '';
  return [
    at,
    (LEVELS[level] ?? '').padEnd(5),
    `[${context ?? 'HTTP'}]`,
    http || message || err?.message || '',
    id === undefined ? '' : `requestId=${id}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/**
 * @param {string} line
 * @returns {any}
 */
function parsed(line) {
  if (!line.startsWith('{')) {
    return undefined;
  }
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
