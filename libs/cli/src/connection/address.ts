import { CommandFailure } from '../terminal/command-failure.js';
import { EXIT_CODES } from '../terminal/exit-codes.js';

const ADDRESS = /^(\[[0-9a-f:.%]+\]|[^:[\]/\s]+):(\d{1,5})$/i;

/** @throws CommandFailure unless the text is `host:port`, `[IPv6]:port` or `unix:/path`. */
export function checkAddress(text: string): void {
  if (/^unix:\/./.test(text)) return;
  const port = Number(ADDRESS.exec(text)?.[2]);
  if (port >= 1 && port <= 65_535) return;
  throw new CommandFailure(
    EXIT_CODES.USAGE,
    `"${text}" is no address: write host:port, [IPv6]:port or unix:/path`,
  );
}
