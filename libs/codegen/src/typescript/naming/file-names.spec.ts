import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { nameFile, type FileNames } from './file-names.js';

function namesOf(idl: string): FileNames {
  const schema = loadSchemaFromText(idl);
  return nameFile(schema.files[schema.root]!);
}

describe('nameFile', () => {
  it('keeps the names of the IDL and derives the others from them', () => {
    const names = namesOf(`
      struct User {}
      const i32 LIMIT = 1
      service Users { void clear() }`);

    expect(names.types.get('User')).toBe('User');
    expect(names.codecs.get('User')).toBe('UserCodec');
    expect(names.schemas.get('User')).toBe('UserSchema');
    expect(names.constants.get('LIMIT')).toBe('LIMIT');
    expect(names.services.get('Users')).toMatchObject({
      definition: 'Users',
      client: 'UsersClient',
      controller: 'UsersController',
    });
  });

  it('lets services make way for types, wherever they are defined', () => {
    const names = namesOf('service User {} struct User {}');

    expect(names.types.get('User')).toBe('User');
    expect(names.services.get('User')?.definition).toBe('User_');
    expect(names.services.get('User')?.client).toBe('UserClient');
  });

  it('lets derived names make way for those of the IDL', () => {
    const names = namesOf('struct User {} struct UserCodec {} struct UserSchema {}');

    expect(names.types.get('UserCodec')).toBe('UserCodec');
    expect(names.codecs.get('User')).toBe('UserCodec_');
    expect(names.schemas.get('User')).toBe('UserSchema_');
  });
});
