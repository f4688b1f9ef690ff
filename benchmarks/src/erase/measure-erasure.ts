import { scanFiles } from './scan-files.js';

/** A collector that runs, with rows of the visitor in its tables, their id columns uncompressed. */
export interface ErasureTarget {
  readonly url: string;
  readonly secretKey: string;
  readonly dataDirectory: string;
  readonly visitorId: string;
}

export interface ErasureFigures {
  /** From the request to the end of the scan that finds nothing in any file. */
  readonly eraseSeconds: number;
  /** What the collector itself says that it took. */
  readonly collectorSeconds: number;
  readonly filesBefore: number;
  readonly eventsDeleted: number;
  readonly groupsRecounted: number;
}

/** The parts of the certificate that are looked at. */
interface Certificate {
  readonly deleted: Readonly<Record<string, number>>;
  readonly recounted: Readonly<Record<string, number>>;
  readonly tookMs: number;
}

/**
 * Erases one visitor and scans the files until none holds the id.
 *
 * @throws {Error} when the scan finds nothing before, or still finds something a minute after the answer.
 */
export async function measureErasure(target: ErasureTarget): Promise<ErasureFigures> {
  const { url, secretKey, dataDirectory, visitorId } = target;
  const filesBefore = (await scanFiles(dataDirectory, visitorId)).length;
  if (filesBefore === 0) throw new Error('the scan does not find the visitor before it is erased: it proves nothing');
  const startedAt = performance.now();
  const answer = await fetch(`${url}/v1/privacy/erase`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secretKey}` },
    body: JSON.stringify({ subject: visitorId }),
  });
  if (!answer.ok) throw new Error(`the erasure was refused: ${await answer.text()}`);
  const certificate = (await answer.json()) as Certificate; // the collector's own
  for (const deadline = performance.now() + 60_000; ; ) {
    const left = await scanFiles(dataDirectory, visitorId);
    if (left.length === 0) break;
    if (performance.now() > deadline) throw new Error(`the id is still in ${left.join(', ')}`);
  }
  return {
    eraseSeconds: (performance.now() - startedAt) / 1_000,
    collectorSeconds: certificate.tookMs / 1_000,
    filesBefore,
    eventsDeleted: certificate.deleted.events ?? 0,
    groupsRecounted: Object.values(certificate.recounted).reduce((sum, groups) => sum + groups, 0),
  };
}
