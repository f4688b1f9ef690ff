import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { registerRuleRoutes } from '../decisions/rule-routes.js';
import { openKeptFile } from '../disk/kept-file.js';
import type { Logger } from '../observe/logger.js';
import type { RaiseFlags } from '../pipeline/risk/raise-flags.js';
import { createRuleBook, type KeptRule, type RuleBook } from '../pipeline/rules/rule-book.js';
import { createWatchRules, type WatchRules } from '../pipeline/rules/watch-rules.js';
import type { ControlChanges } from '../workspaces/control-changes.js';
import type { Registry } from '../workspaces/registry.js';
import { actorOf } from './actor-of.js';
import type { Simulations } from './open-simulations.js';

export interface OpenRulesOptions {
  /** Where the rules lie. */
  readonly directory: string;
  readonly simulations: Pick<Simulations, 'rules'>;
  readonly raise: Pick<RaiseFlags, 'takeUnlogged'>;
  readonly logger: Logger;
}

/** The rules of all workspaces: how they are changed, and who asks them. */
export interface Rules extends WatchRules {
  readonly book: RuleBook;
  register(
    app: FastifyInstance,
    rooms: { readonly registry: Registry; readonly changes: Pick<ControlChanges, 'note'> },
  ): void;
}

export async function openRules(options: OpenRulesOptions): Promise<Rules> {
  const { directory, simulations, raise, logger } = options;
  const book = createRuleBook({ ...(await openKeptFile<KeptRule>(join(directory, 'rules.json'))), now: Date.now });
  const watch = createWatchRules({
    rules: book,
    raise: (found) => {
      raise
        .takeUnlogged(found)
        .catch((error: unknown) => logger.warn({ error: String(error) }, 'what a rule found was not kept'));
    },
    now: Date.now,
  });
  return {
    ...watch,
    book,
    register(scope, { registry, changes }) {
      void scope.register(async (app) =>
        registerRuleRoutes(app, {
          registry,
          book,
          simulate: simulations.rules,
          note: (request, access, action, subject) =>
            changes.note(actorOf(request, access), action, access.workspaceId, subject),
        }),
      );
    },
  };
}
