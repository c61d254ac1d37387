import type { TypeSchema } from '@nestjs-thrift/idl';
import type { Expression, Rule } from './constraints.js';
import { toPattern } from './pattern.js';

/** Whether the zero of a type, 0 or empty, breaks a rule that depends on no other field. */
export function breaksOnZero(rules: readonly Rule[], type: TypeSchema): boolean {
  if (type.kind === 'struct' || type.kind === 'uuid') {
    return false;
  }
  const zero = type.kind === 'string' || type.kind === 'binary' ? '' : 0;
  return rules.some(({ name, operands }) => {
    const values = operands.map(constant);
    if (values.includes(undefined)) {
      return false;
    }
    const [value = 0] = values;
    switch (name) {
      case 'const':
        return value !== zero;
      case 'in':
        return !values.includes(zero);
      case 'not_in':
        return values.includes(zero);
      case 'gt':
        return value >= zero;
      case 'ge':
        return value > zero;
      case 'lt':
        return value <= zero;
      case 'le':
        return value < zero;
      case 'min_size':
      case 'min_rune_size':
        return Number(value) > 0;
      case 'pattern': {
        const { source, flags } = toPattern(String(value));
        return !new RegExp(source, flags).test('');
      }
      case 'prefix':
      case 'suffix':
      case 'contains':
        return value !== '';
      default:
        return name === 'not_contains' && value === '';
    }
  });
}

function constant(operand: Expression): number | string | undefined {
  switch (operand.kind) {
    case 'bool':
      return Number(operand.value);
    case 'integer':
      return Number(operand.value);
    case 'double':
    case 'text':
      return operand.value;
    default:
      return undefined;
  }
}
