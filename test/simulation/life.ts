/** Of a process: what it has asked for and was not done yet when it dies is done in part, or never; nobody hears of it. */
export interface Life {
  alive: boolean;
  readonly pending: Set<{ readonly atDeath: () => void }>;
}

export function beginLife(): Life {
  return { alive: true, pending: new Set() };
}

/** From here on nothing that the process does has an effect on the world. */
export function endLife(life: Life): void {
  life.alive = false;
  for (const { atDeath } of life.pending) atDeath();
  life.pending.clear();
}

/** For whoever is dead. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
