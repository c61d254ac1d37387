import type { EnumMemberSchema, EnumSchema } from '../schema/schema.js';
import type { Comparison } from './comparison.js';
import type { Placed } from './definition-pairs.js';

/** Finds what broke between two versions of an enum. */
export function compareEnums(
  comparison: Comparison,
  { file: oldFile, definition: old }: Placed<EnumSchema>,
  { file: newFile, definition: now }: Placed<EnumSchema>,
): void {
  const newByName = new Map(now.members.map((member) => [member.name, member]));
  const oldByName = new Map(old.members.map((member) => [member.name, member]));
  for (const member of old.members) {
    compareMember(member);
  }
  const oldValues = new Set(old.members.map(({ value }) => value));
  for (const { name, value, position } of now.members) {
    if (oldByName.has(name) || oldValues.has(value)) {
      continue;
    }
    const place = { version: 'new', file: newFile, position } as const;
    comparison.report('enum-member-added', place, `"${name}" of enum "${now.name}" is new`);
  }

  function compareMember({ name, value, position }: EnumMemberSchema): void {
    const kept = newByName.get(name);
    const user = now.members.find((member) => member.value === value && isNewcomer(member));
    if (kept !== undefined && kept.value !== value) {
      const place = { version: 'new', file: newFile, position: kept.position } as const;
      const message = `"${name}" of enum "${now.name}" is ${kept.value}, it was ${value}`;
      comparison.report('enum-member-renumbered', place, message);
    }
    if (user !== undefined && kept?.value !== value) {
      const place = { version: 'new', file: newFile, position: user.position } as const;
      const message = `"${user.name}" of enum "${now.name}" is ${value}, which was "${name}"`;
      comparison.report('enum-value-reused', place, message);
    } else if (kept === undefined) {
      const place = { version: 'old', file: oldFile, position } as const;
      comparison.report('enum-member-removed', place, `"${name}" of enum "${now.name}" is gone`);
    }
  }

  /** Existing members are reported under their own names. */
  function isNewcomer({ name }: EnumMemberSchema): boolean {
    return !oldByName.has(name);
  }
}
