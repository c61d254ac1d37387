import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../vectors');

/** Bytes, or the end, of one direction of a recorded connection. */
export interface RecordedEvent {
  readonly connection: string;
  readonly from: 'client' | 'server';
  /** Empty where the side closed the connection. */
  readonly bytes: Buffer;
}

/** What was recorded between a client and a server of Kitex. */
export interface Vector {
  readonly name: string;
  /** In the order of their times. */
  readonly events: readonly RecordedEvent[];
}

const LINE = /^\+\d+ms (?:(?<connection>.*conn\d+) )?(?<way>[CS]>[CS]) (?<what>.*)$/;

/** Recordings of a client of Kitex and one server, whose part can be played. */
export const SERVED_VECTORS = readdirSync(folder)
  .map((file) => file.replace(/\.txt$/, ''))
  .filter((name) => name !== 'chain-cancel' && name !== 'fake-server-to-kitex-client');

/** Reads a recording. Frames that were too large to be recorded whole are an error. */
export function readVector(name: string): Vector {
  return parse(name, readFileSync(join(folder, `${name}.txt`), 'utf8'));
}

/** The parts of a recording of several cases, each with what its server sends, by its title. */
export function readCases(name: string): Vector[] {
  const [, ...parts] = readFileSync(join(folder, `${name}.txt`), 'utf8').split('\n== ');
  return parts.map((part) => parse(part.slice(0, part.indexOf('\n')), part));
}

function parse(name: string, text: string): Vector {
  const events: RecordedEvent[] = [];
  // Two directions may have written their lines between each other's.
  const withoutBytes: { bytes: Buffer }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('    ')) {
      const frame = withoutBytes.shift();
      if (frame !== undefined) {
        frame.bytes = read(name, line.trim());
      }
      continue;
    }
    const { connection = '', way, what = '' } = LINE.exec(line)?.groups ?? {};
    if (way === undefined) {
      continue;
    }
    const from = way === 'C>S' ? 'client' : 'server';
    const event = { connection, from, bytes: Buffer.alloc(0) } as const;
    events.push(event);
    if (what.startsWith('RAW ')) {
      events[events.length - 1] = { ...event, bytes: read(name, what.slice('RAW '.length)) };
    } else if (!/^(FIN|CLOSED)$|^connection ended/.test(what)) {
      withoutBytes.push(event);
    }
  }
  return { name, events };
}

function read(name: string, hex: string): Buffer {
  if (!/^([0-9a-f]{2})+$/.test(hex)) {
    throw new Error(`${name}: a frame was not recorded whole: ${hex.slice(-40)}`);
  }
  return Buffer.from(hex, 'hex');
}
