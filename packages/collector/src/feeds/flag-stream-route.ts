import type { ServerResponse } from 'node:http';
import type { FlagFilter, RiskFlag } from '@tidemark/protocol';
import { flagStreamQuerySchema } from '@tidemark/protocol/schema';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { storeStarting } from '../observe/store-starting.js';
import type { FlagPositions } from '../store/flags/read-flags.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import { createEventStreams, UNREAD_MAX_BYTES } from './event-streams.js';
import { flagCursor, movedOn, readFlagCursor } from './flag-cursor.js';
import { isWanted } from './flag-filter.js';
import type { FlagHub } from './flag-hub.js';

export interface FlagStreamOptions {
  readonly registry: Registry;
  readonly hub: FlagHub;
  readonly storeReady: () => boolean;
  readonly readFlags: (
    workspaceId: string,
    after: FlagPositions,
    filter: FlagFilter,
    limit: number,
  ) => Promise<readonly RiskFlag[]>;
  /** Between words that keep proxies from closing the connection; 15 s unless told otherwise. */
  readonly heartbeatMs?: number;
}

/** So long it may take to read why. */
const LAST_WORD_MS = 5_000;
const PAGE = 500;

/**
 * `GET /v1/flags/stream`: server-sent events `flag`, each under the cursor that goes on behind it. With `Last-Event-ID` or
 * `?cursor=` it begins there, without at what comes from now on. Each listener has its own buffer with an end: none waits for
 * another.
 *
 * @see WHATWG HTML, "Server-sent events"
 */
export function registerFlagStreamRoute(app: FastifyInstance, options: FlagStreamOptions): void {
  const { registry, hub } = options;
  const openStream = createEventStreams(app, options.heartbeatMs);
  app.get('/v1/flags/stream', { exposeHeadRoute: false }, async (request, reply) => {
    const { workspaceId } = authorise(registry, requestKey(request), 'read');
    const query = flagStreamQuerySchema.safeParse(request.query);
    if (!query.success) throw new HttpProblem('invalid_query', query.error.issues[0]?.message ?? 'unreadable');
    const { cursor, ...filter } = query.data;
    const last = request.headers['last-event-id'];
    const asked = typeof last === 'string' && last !== '' ? last : cursor;
    let positions = readFlagCursor(asked);
    if (asked !== undefined && !options.storeReady()) {
      throw storeStarting();
    }
    let stop = (): void => undefined;
    const raw = openStream(reply, () => stop());

    function tell(flags: readonly RiskFlag[]): void {
      if (raw.writableEnded) return;
      let text = '';
      for (const flag of flags) {
        positions = movedOn(positions, [flag]);
        if (isWanted(filter, flag))
          text += `id: ${flagCursor(positions)}\nevent: flag\ndata: ${JSON.stringify(flag)}\n\n`;
      }
      if (text !== '') raw.write(text);
      if (raw.writableLength > UNREAD_MAX_BYTES) cutOff();
    }

    /** What it has read says where to go on: each flag came with its cursor. */
    function cutOff(): void {
      stop();
      raw.end('event: cut_off\ndata: {"reason":"unread","resume":"Last-Event-ID"}\n\n');
      setTimeout(() => raw.destroy(), LAST_WORD_MS).unref();
    }

    try {
      while (asked !== undefined && !raw.destroyed && !raw.writableEnded) {
        const page = await options.readFlags(workspaceId, positions, filter, PAGE);
        tell(page);
        if (page.length < PAGE) break;
        if (raw.writableNeedDrain) await drained(raw);
      }
    } catch {
      raw.end('event: cut_off\ndata: {"reason":"store","resume":"Last-Event-ID"}\n\n');
      return;
    }
    if (!raw.destroyed && !raw.writableEnded) {
      stop = hub.listen(workspaceId, asked === undefined ? undefined : positions, tell);
    }
  });
}

function drained(raw: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    raw.once('drain', resolve);
    raw.once('close', resolve);
  });
}
