import type { Cookieless } from '../ingest/derive-visitor.js';
import type { Logger } from '../observe/logger.js';
import { openDailySalts } from '../privacy/daily-salts.js';
import type { Registry } from '../workspaces/registry.js';

export interface OpenCookieless extends Cookieless {
  close(): void;
}

/** A salt is destroyed within this of its end; a collector that does not run destroys it at its next start. */
const LOOK_EVERY_MS = 60_000;

/** Visitors by the salt of the day, where a workspace wants that. Salts are destroyed whether it still does or not. */
export async function openCookieless(
  dataDirectory: string,
  registry: Pick<Registry, 'workspace'>,
  logger: Logger,
): Promise<OpenCookieless> {
  const salts = await openDailySalts(dataDirectory, Date.now());
  const looking = setInterval(() => {
    salts
      .destroyOver(Date.now())
      .catch((error: unknown) =>
        logger.error({ error: String(error) }, 'a salt of the day is not destroyed; trying again'),
      );
  }, LOOK_EVERY_MS);
  return {
    isOn: (workspaceId) => registry.workspace(workspaceId)?.cookieless === true,
    saltAt: salts.at,
    close() {
      clearInterval(looking);
      salts.close();
    },
  };
}
