/** What the global registry of prom-client exposes; `undefined` if prom-client is not installed. */
export async function readMetrics(): Promise<{ type: string; body: string } | undefined> {
  let client: typeof import('prom-client');
  try {
    client = await import('prom-client');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
  const { register } = client;
  return { type: register.contentType, body: await register.metrics() };
}
