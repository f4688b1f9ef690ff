import { createMinimiser, type Minimiser, type MinimiserOptions } from './minimiser.js';
import { type ScopedValue, valuesIn } from './scoped-values.js';

export interface MinimiseOptions extends Pick<MinimiserOptions, 'countFound'> {
  /** Names of query parameters that stay; one that ends in `*` stands for all that begin so. */
  readonly keepQuery: readonly ScopedValue[];
  /** Kinds of personal data that are left where they stand. */
  readonly unmask: readonly ScopedValue[];
}

/**
 * What takes out of a batch what nobody asked for, by the settings of its workspace and app.
 *
 * @param named - what the batch shares and its events, of which somebody may want to know whom they name.
 */
export type Minimise = (workspaceId: string, appId: string, named?: readonly unknown[]) => Minimiser;

export function createMinimise({ keepQuery, unmask, countFound }: MinimiseOptions): Minimise {
  const make = (scope: string): Minimiser =>
    createMinimiser({ keepQuery: valuesIn(scope, keepQuery), unmask: valuesIn(scope, unmask), countFound });
  const everywhere = make('');
  const minimisers = new Map([...keepQuery, ...unmask].map(({ scope }) => [scope, make(scope)]));
  return (workspaceId, appId) => minimisers.get(`${workspaceId}/${appId}`) ?? minimisers.get(workspaceId) ?? everywhere;
}
