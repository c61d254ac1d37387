// Takes screenshots of the built documentation site in headless Chromium, light and dark, wide and narrow, into the folder
// `.cache/site-screenshots`. Fails if a page does not load or is empty.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { facts } from './project-facts.mjs';

const PAGES = ['start/quick-start', 'reference/errors', 'guides/nest', 'zh/start/quick-start'];
const SIZES = { wide: '1280,900', narrow: '420,900' };
const SCHEMES = { light: [], dark: ['--force-dark-mode'] };
/** A screenshot without content is smaller. */
const MIN_BYTES = 20_000;

const site = path.resolve('docs/.vitepress/dist');
const target = path.resolve('.cache/site-screenshots');
const base = new URL(facts.site).pathname;
const profile = mkdtempSync(path.join(tmpdir(), 'site-'));
/** @type {Record<string, string>} */
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

mkdirSync(target, { recursive: true });
const server = createServer(({ url = '/' }, response) => {
  const name = decodeURIComponent(new URL(url, 'http://localhost').pathname).slice(base.length);
  try {
    const file = path.extname(name) === '' ? `${name}.html` : name;
    const content = readFileSync(path.join(site, path.normalize(file)));
    response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

let failures = 0;
for (const page of PAGES) {
  for (const [size, pixels] of Object.entries(SIZES)) {
    for (const [scheme, flags] of Object.entries(SCHEMES)) {
      const file = path.join(target, `${page.replaceAll('/', '-')}-${size}-${scheme}.png`);
      rmSync(file, { force: true });
      await promisify(execFile)(
        'chromium',
        [
          '--headless=new',
          '--no-sandbox',
          '--disable-gpu',
          `--user-data-dir=${profile}`,
          `--window-size=${pixels}`,
          '--virtual-time-budget=4000',
          ...flags,
          `--screenshot=${file}`,
          `http://127.0.0.1:${port}${base}${page}`,
        ],
        { timeout: 60_000 },
      );
      if (statSync(file).size < MIN_BYTES) {
        console.error(`${file} is empty`);
        failures += 1;
      }
    }
  }
}
server.close();
rmSync(profile, { recursive: true, force: true });
console.log(`wrote screenshots of ${PAGES.length} pages to ${path.relative('.', target)}`);
if (failures > 0) {
  process.exitCode = 1;
}
