import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type PolicyRoutesOptions, registerPolicyRoutes } from '../decisions/policy-routes.js';
import { openKeptFile } from '../disk/kept-file.js';
import type { ReportingLimits } from '../pipeline/risk/detector-bank.js';
import { createPolicyBook, type KeptPolicy, type PolicyBook } from '../pipeline/rules/policy-book.js';
import type { ControlChanges } from '../workspaces/control-changes.js';
import { actorOf } from './actor-of.js';
import type { Simulations } from './open-simulations.js';

export interface OpenPoliciesOptions {
  /** Where they lie: what workspaces want holds while the store is down, too. */
  readonly directory: string;
  readonly simulations: Pick<Simulations, 'policy'>;
  /** Told when a policy has changed. */
  readonly onLimits: (limits: ReportingLimits) => void;
}

/** What workspaces want of the built-in kinds of flags, and of decisions. */
export interface Policies {
  readonly of: PolicyBook['of'];
  limits(): ReportingLimits;
  register(
    app: FastifyInstance,
    rooms: Pick<PolicyRoutesOptions, 'registry' | 'knowsPoints'> & { readonly changes: Pick<ControlChanges, 'note'> },
  ): void;
}

export async function openPolicies({ directory, simulations, onLimits }: OpenPoliciesOptions): Promise<Policies> {
  const file = await openKeptFile<KeptPolicy>(join(directory, 'policies.json'));
  const book = createPolicyBook({ ...file, now: Date.now });
  const limits = () =>
    Object.fromEntries(
      book
        .all()
        .flatMap(({ workspaceId, policy: { reportingLimit } }) =>
          reportingLimit === undefined ? [] : [[workspaceId, reportingLimit]],
        ),
    );
  return {
    of: book.of,
    limits,
    register(scope, { changes, ...rooms }) {
      void scope.register(async (app) =>
        registerPolicyRoutes(app, {
          ...rooms,
          book: {
            ...book,
            async set(...change) {
              const done = await book.set(...change);
              onLimits(limits());
              return done;
            },
          },
          simulate: simulations.policy,
          note: (request, access, action, subject) =>
            changes.note(actorOf(request, access), action, access.workspaceId, subject),
        }),
      );
    },
  };
}
