import { memoryIo } from '#test/memory-io.js';
import { run } from './main.js';

describe('nestjs-thrift', () => {
  it('lists its commands', async () => {
    const io = memoryIo('.');

    expect(await run(['--help'], io)).toBe(0);
    expect(io.out()).toMatch(/gen\s.*generate TypeScript/);
  });

  it.each([[['gen', '--help']], [['help', 'gen']]])(
    'explains a command with examples and exit codes: %j',
    async (argv) => {
      const io = memoryIo('.');

      expect(await run(argv, io)).toBe(0);
      expect(io.out()).toContain('Examples:\n');
      expect(io.out()).toContain('Exit codes:\n');
      expect(io.out()).toContain('--include <folder>');
    },
  );

  it('says its version', async () => {
    const io = memoryIo('.');

    expect(await run(['--version'], io)).toBe(0);
    expect(io.out()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('ends with 2 and help without a command', async () => {
    const io = memoryIo('.');

    expect(await run([], io)).toBe(2);
    expect(io.err()).toContain('Usage: nestjs-thrift');
  });

  it.each([
    [['gne'], "error: unknown command 'gne'\n(Did you mean gen?)\n"],
    [['gen', 'idl', '--output', 'x'], "error: unknown option '--output'\n(Did you mean --out?)\n"],
    [['--versoin'], "error: unknown option '--versoin'\n(Did you mean --version?)\n"],
  ])('ends with 2 and the nearest name for %j', async (argv, message) => {
    const io = memoryIo('.');

    expect(await run(argv, io)).toBe(2);
    expect(io.err()).toBe(message);
  });

  it.each([
    [{ isTTY: true }, true],
    [{ isTTY: true, env: { NO_COLOR: '1' } }, false],
    [{ isTTY: true, env: { NO_COLOR: '' } }, true],
    [{ isTTY: true, env: { TERM: 'dumb' } }, false],
    [{ isTTY: false }, false],
  ])('colors errors on a terminal that supports it: %j', async (terminal, coloured) => {
    const io = memoryIo('.', terminal);
    await run(['gen', 'nowhere/*.thrift', '-o', 'out'], io);

    expect(io.err().includes('\u001b[31m')).toBe(coloured);
  });
});
