import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { DataMap, ErasureCertificate } from '@tidemark/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../observe/http-problem.js';
import { readJson } from '../observe/read-json.js';
import { storeStarting } from '../observe/store-starting.js';
import { type AccessOf, accessBy, openToKeys } from '../workspaces/open-to-keys.js';
import type { Access, Registry } from '../workspaces/registry.js';

export interface SubjectRoutesOptions {
  readonly registry: Registry;
  readonly storeReady: () => boolean;
  readonly dataMap: () => Promise<DataMap>;
  readonly erase: (workspaceId: string, id: string, certificateId: string) => Promise<ErasureCertificate>;
  /** All that has been accepted of it is in the store by then. */
  readonly exportRows: (workspaceId: string, id: string, exportId: string) => Promise<AsyncIterable<readonly object[]>>;
  /** Resolves when the audit log has it. What is written never holds the id. */
  readonly note: (
    request: FastifyRequest,
    access: Access,
    action: 'subject.erase' | 'subject.export',
    subject: string,
  ) => Promise<void>;
}

const BODY_MAX_BYTES = 4_096;
/** A user's id is of 128 code points at most; what was refused may be longer. */
const ID_MAX = 512;
/** What stands for nobody: rows of servers, and all that is no alias. */
const NOBODY = '00000000-0000-0000-0000-000000000000';
const bodySchema = z.strictObject({
  subject: z
    .string()
    .min(1)
    .max(ID_MAX)
    .refine((id) => id !== NOBODY),
});

/**
 * `POST /v1/privacy/erase` and `/v1/privacy/export`, `GET /v1/privacy/report`, for secret keys. The id goes in the body:
 * addresses end up in logs.
 */
export function registerSubjectRoutes(app: FastifyInstance, options: SubjectRoutesOptions): void {
  const byKey = accessBy(options.registry, 'configure');
  const owner: AccessOf = (request) => {
    const access = byKey(request);
    if (options.storeReady()) return access;
    throw storeStarting();
  };
  openToKeys(app, owner, BODY_MAX_BYTES);

  app.get('/v1/privacy/report', (): Promise<DataMap> => options.dataMap());

  app.post('/v1/privacy/erase', async (request): Promise<ErasureCertificate> => {
    const access = owner(request);
    const subject = readSubject(request);
    const certificateId = randomUUID();
    await options.note(request, access, 'subject.erase', certificateId);
    return options.erase(access.workspaceId, subject, certificateId);
  });

  app.post('/v1/privacy/export', async (request, reply) => {
    const access = owner(request);
    const subject = readSubject(request);
    const exportId = randomUUID();
    await options.note(request, access, 'subject.export', exportId);
    const rows = await options.exportRows(access.workspaceId, subject, exportId);
    return reply.type('application/x-ndjson').send(Readable.from(lines(rows)));
  });
}

async function* lines(pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  for await (const rows of pages) yield `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;
}

/** @throws {HttpProblem} which never quotes what it was given. */
function readSubject({ body }: FastifyRequest): string {
  const read = bodySchema.safeParse(readJson(body));
  if (read.success) return read.data.subject;
  throw new HttpProblem('invalid_request', `subject: send {"subject": ID}, a text of 1 to ${ID_MAX} characters.`, {
    field: 'subject',
  });
}
