import { NDJSON, SSE, streamFormatFor } from './stream-format.js';

describe('streamFormatFor', () => {
  it.each([
    [undefined, NDJSON],
    ['*/*', NDJSON],
    ['text/event-stream', SSE],
    ['application/x-ndjson', NDJSON],
    ['text/html, Text/Event-Stream; charset=utf-8, application/x-ndjson', SSE],
    ['application/x-ndjson, text/event-stream', NDJSON],
    ['text/event-stream;q=0, */*', NDJSON],
    ['text/event-stream; q=0.5', SSE],
  ])('reads Accept: %s', (accept, format) => {
    expect(streamFormatFor(accept)).toBe(format);
  });
});
