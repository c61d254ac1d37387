import type { EnumMemberSchema, Schema } from '@nestjs-thrift/idl/http';
import { isStatus } from './answer.js';

/** What an enum says of a business code. */
export interface BusinessCode {
  readonly status: number | undefined;
  /** Text for an error that comes without one. */
  readonly message: string | undefined;
}

/**
 * The business codes that enums of a schema describe, as in `ParamError = 1 (api.http_code = "400", api.http_message = "…")`.
 *
 * @param names of the enums, in any file of the schema
 * @throws Error for an enum that the schema does not have, and a status that is none.
 */
export function businessCodes(
  schema: Schema,
  names: readonly string[],
): ReadonlyMap<number, BusinessCode> {
  const enums = Object.values(schema.files).flatMap((file) => file.enums);
  const codes = new Map<number, BusinessCode>();
  for (const name of names) {
    const found = enums.filter((each) => each.name === name);
    if (found.length === 0) {
      throw new Error(`errorEnums names ${name}, which ${schema.root} does not define`);
    }
    for (const member of found.flatMap(({ members }) => members)) {
      codes.set(member.value, businessCode(name, member));
    }
  }
  return codes;
}

function businessCode(name: string, { name: member, annotations }: EnumMemberSchema): BusinessCode {
  const valueOf = (key: string) =>
    Object.hasOwn(annotations, key) ? annotations[key]?.at(-1) : undefined;
  const code = valueOf('api.http_code');
  const status = code === undefined ? undefined : Number(code);
  if (status !== undefined && !isStatus(status)) {
    throw new Error(`api.http_code of ${name}.${member} must be from 200 to 599`);
  }
  return { status, message: valueOf('api.http_message') };
}
