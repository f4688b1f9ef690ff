import { z } from 'zod';
import { ORDER_PHASES, ORDER_SIDES } from '../events/business.js';
import { FUNNEL_STEPS_MAX } from '../reports/query.js';
import { SEGMENT_CONDITIONS_MAX, SEGMENT_FIELDS, SEGMENT_VALUES_MAX } from '../reports/segment.js';
import { name, text } from './event.js';

/** A page may be the empty text: what has no name has it. */
const stepSchema = z.union(
  [
    z.strictObject({ view: text() }),
    z.strictObject({ goal: name() }),
    z.strictObject({ order: z.enum(ORDER_SIDES), phase: z.enum(ORDER_PHASES) }),
    z.strictObject({ click: name() }),
    z.strictObject({ custom: name() }),
  ],
  {
    error:
      'expected one of {"view": page}, {"goal": name}, {"order": side, "phase": phase}, {"click": target}, {"custom": name}',
  },
);

const values = () => z.array(text()).min(1).max(SEGMENT_VALUES_MAX);

const conditionSchema = z.union(
  [
    z.strictObject({ field: z.enum(SEGMENT_FIELDS), is: values() }),
    z.strictObject({ field: z.enum(SEGMENT_FIELDS), isNot: values() }),
    z.strictObject({ did: stepSchema }),
    z.strictObject({ didNot: stepSchema }),
  ],
  {
    error: `expected {"field": one of ${SEGMENT_FIELDS.join(', ')}, "is" or "isNot": [values]}, {"did": step} or {"didNot": step}`,
  },
);

export const segmentSchema = z.array(conditionSchema).min(1).max(SEGMENT_CONDITIONS_MAX);

const STEPS_COUNT = { error: `expected 2 to ${FUNNEL_STEPS_MAX} steps` };

/** Two steps that are alike would be taken by one event. */
export const stepsSchema = z
  .array(stepSchema)
  .min(2, STEPS_COUNT)
  .max(FUNNEL_STEPS_MAX, STEPS_COUNT)
  .refine((steps) => new Set(steps.map((step) => JSON.stringify(step))).size === steps.length, {
    error: 'no two steps may be alike',
  });
