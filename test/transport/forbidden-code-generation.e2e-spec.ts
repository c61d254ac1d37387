import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { generateTypeScript, NODE_RUNTIME } from '@nestjs-thrift/codegen';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { SOURCE_FLAGS } from '#test/child-app.js';
import { cleanUp } from '#test/cleanup.js';
import { GeneratedFolder } from '#test/generated-folder.js';

const IDL = `
  enum Level { LOW = 1, HIGH = 2 }
  union Contact { 1: string mail, 2: i64 phone }
  struct Person {
    1: required i64 id
    2: string name
    3: optional Level level = Level.LOW
    4: list<Person> friends
    5: map<string, binary> files
    6: optional Contact contact
    7: set<double> marks
    8: optional i32 page = 20
  }
  exception NotFound { 1: required i64 id, 2: string reason }
  service People {
    Person Save(1: Person person) throws (1: NotFound missing)
    string Join(1: list<string> words, 2: string between, 3: optional i32 times = 1)
    void Touch(1: i64 id)
    oneway void Notify(1: string text)
  }`;

describe('a process that must not make code from strings', () => {
  it.each(['static', 'lazy'] as const)(
    'serves and calls over sockets with %s codecs, in all transports and protocols',
    async (codecs) => {
      const folder = new GeneratedFolder();
      cleanUp(() => folder.remove());
      const schema = loadSchemaFromText(IDL, { file: 'people.thrift' });
      folder.write(generateTypeScript(schema, { codecs, runtime: NODE_RUNTIME }));
      const program = 'test/transport/support/people-process.ts';
      const flags = [...SOURCE_FLAGS, '--disallow-code-generation-from-strings'];
      const argv = [...flags, program, folder.path, codecs];
      const { stdout } = await promisify(execFile)(process.execPath, argv);
      expect(JSON.parse(stdout)).toEqual({ calls: 30, codecs });
    },
  );
});
