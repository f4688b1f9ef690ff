import { type EventType, LIMITS, type TrackedEvent } from '@tidemark/protocol';
import { EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import { type Check, createCheckCompiler, type Fault } from './compile-check.js';

export type EventVerdict =
  | { readonly kind: 'good'; readonly event: TrackedEvent }
  | { readonly kind: 'bad'; readonly fault: Fault };

/** Judges events one by one, by their type, so that a fault names the field. */
export function createEventCheck(): (value: unknown) => EventVerdict {
  const compile = createCheckCompiler();
  const checks = new Map<string, Check>();
  for (const type of Object.keys(EVENT_SCHEMAS) as EventType[]) checks.set(type, compile(EVENT_SCHEMAS[type])); // its own keys

  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('not_an_object', '');
    const { type } = value as { readonly type?: unknown };
    if (type === undefined) return bad('missing_field', 'type');
    const check = typeof type === 'string' ? checks.get(type) : undefined;
    if (!check) return bad('unknown_type', 'type');
    const fault = check(value);
    if (fault) return { kind: 'bad', fault };
    const event = value as TrackedEvent; // just checked against the schema of its type
    const crowded = crowdedField(event);
    return crowded ? bad('too_many_props', crowded) : { kind: 'good', event };
  };
}

/** JSON Schema and zod disagree on how to bound the number of keys, so it is counted here. */
function crowdedField(event: TrackedEvent): string | undefined {
  if (hasTooMany(event.props)) return 'props';
  if (event.type === 'identify' && hasTooMany(event.traits)) return 'traits';
  if (event.type === 'sdk_health' && hasTooMany(event.dropped)) return 'dropped';
  return undefined;
}

function hasTooMany(values: Readonly<Record<string, unknown>> | undefined): boolean {
  return values !== undefined && Object.keys(values).length > LIMITS.propsCount;
}

function bad(reason: Fault['reason'], field: string): EventVerdict {
  return { kind: 'bad', fault: { reason, field } };
}
