import { z } from 'zod';
import { name } from './event.js';

/** So many names may have a rate: a page downloads them all. */
export const SAMPLED_NAMES_MAX = 100;

/**
 * zod leaves a key of this name off without a word, because assigning to it would change an object's prototype. An
 * operator who sets a rate is told instead.
 */
const UNUSABLE_NAME = '__proto__';

/** Rates by event type or custom name; the names are the data of whoever asks, so only own names count. */
const sampling = z
  .unknown()
  .superRefine((rates, context) => {
    if (typeof rates !== 'object' || rates === null) return; // said by the next step
    const names = Object.keys(rates);
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
    if (names.length > SAMPLED_NAMES_MAX) refuse(`at most ${SAMPLED_NAMES_MAX} names may have a rate`);
    if (names.includes(UNUSABLE_NAME)) refuse(`${UNUSABLE_NAME} is no name that can be sampled`);
  })
  .pipe(z.record(name(), z.number().min(0).max(1)));

/** Body of `PUT /v1/config`: what is left out stays as it is; `sampling` replaces all rates. */
export const clientConfigChangeSchema = z.strictObject({
  enabled: z.boolean().optional(),
  sampling: sampling.optional(),
});
