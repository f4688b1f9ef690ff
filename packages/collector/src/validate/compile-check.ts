import type { RejectionReason } from '@tidemark/protocol';
import { Ajv, type ErrorObject } from 'ajv';
import { z } from 'zod';

export interface Fault {
  readonly reason: RejectionReason;
  /** Dotted path of the field; empty for the value itself. */
  readonly field: string;
}

/** Looks at one value; undefined when it is right. Fields that the schema does not know are taken off the value. */
export type Check = (value: unknown) => Fault | undefined;

/**
 * Compiles a zod schema to code that runs ten times faster than zod. Both must judge alike: a test holds them equal on
 * generated input. Lengths are counted in Unicode code points by both.
 */
export function createCheckCompiler(): (schema: z.ZodType) => Check {
  const ajv = new Ajv({ removeAdditional: true, strict: true, strictTypes: false, validateFormats: false });
  return (schema) => {
    const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { target: 'draft-7' });
    const validate = ajv.compile(jsonSchema);
    return (value) => (validate(value) ? undefined : describe(validate.errors?.[0]));
  };
}

const REASON_BY_KEYWORD: Readonly<Record<string, RejectionReason>> = {
  required: 'missing_field',
  type: 'wrong_type',
  anyOf: 'wrong_type',
  const: 'wrong_format',
  enum: 'wrong_format',
  pattern: 'wrong_format',
  minLength: 'wrong_format',
  maxLength: 'too_long',
  minimum: 'out_of_range',
  maximum: 'out_of_range',
  minItems: 'out_of_range',
  maxItems: 'out_of_range',
  propertyNames: 'too_long',
};

function describe(error: ErrorObject | undefined): Fault {
  if (!error) return { reason: 'wrong_type', field: '' };
  const path = error.instancePath.slice(1).split('/').map(unescapePointer).join('.');
  if (error.keyword === 'required') {
    const missing = String(error.params.missingProperty);
    return { reason: 'missing_field', field: path ? `${path}.${missing}` : missing };
  }
  return { reason: REASON_BY_KEYWORD[error.keyword] ?? 'wrong_type', field: path };
}

/** @see RFC 6901, section 4. */
function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
