import { TidemarkError } from '../../observe/errors.js';
import type { StoreConnection } from '../connect.js';

/**
 * Makes analysts on a server, statement by statement. Each may run twice, so that after a failure, or with another password, all
 * of them are simply run again. After migrations, since a view shows the columns that its table had when it was made.
 *
 * @throws {TidemarkError} `migration_failed`, with the beginning of the statement that was refused; never with a hash.
 */
export async function applyAnalysts(store: StoreConnection, statements: readonly string[]): Promise<void> {
  for (const query of statements) {
    await store
      .client()
      .command({ query })
      .catch((cause: unknown) => {
        const [head = ''] = query.split(' IDENTIFIED ');
        throw new TidemarkError(
          'migration_failed',
          `the server refused "${head}": the collector's user needs the right to manage access (access_management), and to make databases`,
          { cause },
        );
      });
  }
}
