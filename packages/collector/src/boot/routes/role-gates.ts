import type { LimitRequests } from '../../ingest/limit-requests.js';
import { HttpProblem } from '../../observe/http-problem.js';
import type { Role } from '../config.js';

/** What stands before the routes of a role: where it is not taken, a refusal by the name of what is missing. */
export type RoleGates = (role: Role) => LimitRequests;

export function createRoleGates(taken: readonly Role[], limitRequests: LimitRequests): RoleGates {
  return (role) => {
    if (taken.includes(role)) return limitRequests;
    return async (request) => {
      const what = `${request.method} ${request.url.split('?')[0]}`;
      throw new HttpProblem(
        'not_found',
        `${what} needs the role "${role}", which this collector does not take (TIDEMARK_ROLES).`,
      );
    };
  };
}
