#!/usr/bin/env node
// Asks a probe and exits with 0 if it passes: for the HEALTHCHECK of an image that has no curl.
const [url = `http://127.0.0.1:${process.env.ADMIN_PORT ?? 9090}/health`] = process.argv.slice(2);
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(2500) });
  if (!response.ok) {
    console.error(`${url} answered ${response.status}: ${await response.text()}`);
  }
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  const { cause, message } = /** @type {Error & { cause?: Error }} */ (error);
  console.error(`${url} did not answer: ${cause?.message ?? message}`);
  process.exitCode = 1;
}
