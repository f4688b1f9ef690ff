import type { Fault } from '../validate/compile-check.js';

/** Whether an id of a visitor or user is of somebody who was erased from the workspace. */
export type IsErased = (workspaceId: string, id: string) => boolean;

/** Where a batch or an event names people. */
const FIELDS = ['visitorId', 'userId', 'previousVisitorId'] as const;

export interface RefuseErased {
  /** For a whole batch: what it shares is asked once. */
  context(context: object): Fault | undefined;
  /** @param value - an event, or what is none: nothing that names them is kept, not even for its faults. */
  event(value: unknown): Fault | undefined;
}

/** Gives the fault of whatever names somebody who was erased. */
export function createRefuseErased(isErased: IsErased | undefined, workspaceId: string): RefuseErased {
  function fieldOf(value: unknown): string | undefined {
    const names = (value ?? {}) as { readonly [F in (typeof FIELDS)[number]]?: unknown }; // may be anything
    return FIELDS.find((field) => {
      const id = names[field];
      return typeof id === 'string' && isErased?.(workspaceId, id);
    });
  }

  return {
    context(context) {
      const field = fieldOf(context);
      return field === undefined ? undefined : { reason: 'subject_erased', field: `context.${field}` };
    },
    event(value) {
      const field = isErased && fieldOf(value);
      return field === undefined ? undefined : { reason: 'subject_erased', field };
    },
  };
}
