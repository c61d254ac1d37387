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

  it.each([[[]], [['gne']]])('ends with 2 and help for %j', async (argv) => {
    const io = memoryIo('.');

    expect(await run(argv, io)).toBe(2);
    expect(io.err()).toMatch(/Usage: nestjs-thrift|Did you mean gen/);
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
