/** What a command writes to. */
export interface OutputStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The world as a command sees it: everything it reads or writes besides files. */
export interface CommandIo {
  readonly stdin: AsyncIterable<string | Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Aborts when the user presses Ctrl-C; a command then ends soon, with what it has. */
  readonly signal: AbortSignal;
}
