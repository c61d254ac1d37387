import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type { CallOptions } from '@nestjs-thrift/transport';

/** A client of {@link Target}, as far as attacks call it. */
export interface TargetClient {
  echo(text: string, options?: CallOptions): Promise<string>;
  intMap(
    values: ReadonlyMap<number, number>,
    options?: CallOptions,
  ): Promise<ReadonlyMap<number, number>>;
  leaves(values: readonly object[], options?: CallOptions): Promise<readonly object[]>;
  take(payload: Buffer, options?: CallOptions): Promise<number>;
  fill(bytes: number, options?: CallOptions): Promise<Buffer>;
  wait(milliseconds: number, options?: CallOptions): Promise<void>;
  metadata(options?: CallOptions): Promise<string>;
  note(payload: Buffer, options?: CallOptions): Promise<void>;
}

/** The service that is attacked, and the one that clients under attack call. */
export const Target = compileSchema(
  loadSchemaFromText(
    `
    enum Color { RED = 1, GREEN = 2 }
    struct Leaf { 1: optional i32 value }
    struct Tree { 1: optional list<Tree> children }

    service Target {
      string echo(1: string text)

      map<i32, i32> intMap(1: map<i32, i32> values)
      map<i64, i32> longMap(1: map<i64, i32> values)
      map<double, i32> doubleMap(1: map<double, i32> values)
      map<Color, i32> enumMap(1: map<Color, i32> values)
      set<i32> intSet(1: set<i32> values)
      set<i64> longSet(1: set<i64> values)

      list<Leaf> leaves(1: list<Leaf> values)
      list<list<i32>> lists(1: list<list<i32>> values)
      list<map<i32, i32>> maps(1: list<map<i32, i32>> values)
      Tree tree(1: Tree root)
      i32 texts(1: list<string> values)

      /** Length of what it gets. */
      i32 take(1: binary payload)
      /** For handlers that keep the small value. */
      void keep(1: binary small, 2: binary large)
      /** As many bytes, after a turn of the event loop. */
      binary fill(1: i32 bytes)
      void wait(1: i32 milliseconds)
      /** Never ends, whatever becomes of its caller. */
      void hang()
      /** Persistent metadata of the request, as JSON. */
      string metadata()

      oneway void note(1: binary payload)
      /** Lasts this long, and sees whether its signal aborts. */
      oneway void slowNote(1: i32 milliseconds)
    }
  `,
    { file: 'target.thrift' },
  ),
).service<TargetClient>('Target');
