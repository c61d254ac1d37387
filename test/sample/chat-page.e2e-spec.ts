import { ChildApp } from '#test/child-app.js';
import { Chromium, hasChromium } from '#test/chromium.js';
import { until } from '#test/until.js';

const inBrowser = hasChromium ? describe : describe.skip;

inBrowser('the chat page of the sample in a browser, where chromium is on PATH', () => {
  let chat: ChildApp | undefined;
  let gateway: ChildApp | undefined;
  let browser: Chromium | undefined;
  let base: string;

  beforeAll(async () => {
    chat = new ChildApp('apps/chat-service/src/main.ts', { THRIFT_PORT: '0', ADMIN_PORT: '0' });
    const port = await chat.port('ChatService listens on port ');
    gateway = new ChildApp('apps/gateway/src/main.ts', {
      CHAT_SERVICE: `127.0.0.1:${port}`,
      PORT: '0',
      ADMIN_PORT: '0',
    });
    base = `http://127.0.0.1:${await gateway.port('Gateway listens on ')}`;
    browser = new Chromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await gateway?.kill();
    await chat?.kill();
  });

  /** Asks on the page for an answer with as many words as there may be. */
  const ask = `ask('Why?'); document.querySelector('output').textContent`;
  const shown = `document.querySelector('output').textContent`;
  const answers = () =>
    chat!.lines
      .filter(({ message }) => message.startsWith('answer '))
      .map(({ message }) => message);

  it('shows an answer while it is written, and as a whole', async () => {
    const page = await browser!.open(`${base}/chat`);
    await until(async () => (await page.evaluate('typeof ask')) === 'function');
    await page.evaluate(ask);
    let text = '';
    await until(async () => (text = String(await page.evaluate(shown))) !== '');
    expect(answers()).toEqual([]);
    await until(() => answers().length === 1);
    expect(answers()).toEqual(['answer finished after 100 words']);
    await until(async () => String(await page.evaluate(shown)).split(' ').length === 100);
    expect(String(await page.evaluate(shown)).startsWith(text)).toBe(true);
    // The page closed its source at the end: it does not ask again.
    await until(async () => (await page.evaluate('answer.readyState')) === 2);
    await page.close();
  }, 60_000);

  it('ends the handler of the service when it is closed', async () => {
    const page = await browser!.open(`${base}/chat`);
    await until(async () => (await page.evaluate('typeof ask')) === 'function');
    await page.evaluate(ask);
    await until(async () => (await page.evaluate(shown)) !== '');
    const before = answers().length;
    await page.close();
    await until(() => answers().length > before);
    expect(answers().at(-1)).toMatch(/^answer cancelled after \d+ words$/);
  }, 60_000);
});
