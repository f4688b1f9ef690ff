import { type AuthoritativeEvent, LIMITS, type TrackedEvent } from '@tidemark/protocol';
import { AUTHORITATIVE_SCHEMAS, EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import type { z } from 'zod';
import { type Check, createCheckCompiler, type Fault } from './compile-check.js';

export type EventVerdict<E = TrackedEvent> =
  | { readonly kind: 'good'; readonly event: E }
  | { readonly kind: 'bad'; readonly fault: Fault };

export type EventCheck<E = TrackedEvent> = (value: unknown) => EventVerdict<E>;

/** Judges what devices track. What takes a signed request is `not_allowed`. */
export function createEventCheck(): EventCheck {
  return createCheck<TrackedEvent>(EVENT_SCHEMAS, AUTHORITATIVE_SCHEMAS);
}

/** Judges the events of signed requests, which bring no others. */
export function createServerEventCheck(): EventCheck<AuthoritativeEvent> {
  return createCheck<AuthoritativeEvent>(AUTHORITATIVE_SCHEMAS, EVENT_SCHEMAS);
}

type Schemas = Readonly<Record<string, z.ZodType>>;

/**
 * Judges events one by one, by their type, so that a fault names the field.
 *
 * @param elsewhere - types that exist and may not come this way.
 */
function createCheck<E extends TrackedEvent | AuthoritativeEvent>(schemas: Schemas, elsewhere: Schemas): EventCheck<E> {
  const compile = createCheckCompiler();
  const checks = new Map<string, Check>();
  for (const [type, schema] of Object.entries(schemas)) checks.set(type, compile(schema));
  const notAllowed = new Set(Object.keys(elsewhere));

  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('not_an_object', '');
    const { type } = value as { readonly type?: unknown };
    if (type === undefined) return bad('missing_field', 'type');
    if (typeof type !== 'string') return bad('unknown_type', 'type');
    const check = checks.get(type);
    if (!check) return bad(notAllowed.has(type) ? 'not_allowed' : 'unknown_type', 'type');
    const fault = check(value);
    if (fault) return { kind: 'bad', fault };
    const event = value as E; // just checked against the schema of its type
    const crowded = crowdedField(event);
    return crowded ? bad('too_many_props', crowded) : { kind: 'good', event };
  };
}

/** JSON Schema and zod disagree on how to bound the number of keys, so it is counted here. */
function crowdedField(event: TrackedEvent | AuthoritativeEvent): string | undefined {
  if (hasTooMany(event.props)) return 'props';
  if (event.type === 'identify' && hasTooMany(event.traits)) return 'traits';
  if (event.type === 'sdk_health' && hasTooMany(event.dropped)) return 'dropped';
  return undefined;
}

function hasTooMany(values: Readonly<Record<string, unknown>> | undefined): boolean {
  return values !== undefined && Object.keys(values).length > LIMITS.propsCount;
}

function bad(reason: Fault['reason'], field: string): { readonly kind: 'bad'; readonly fault: Fault } {
  return { kind: 'bad', fault: { reason, field } };
}
