import { type BridgeMessage, LIMITS, PURPOSES, STAMP_COUNT_MAX, type ToHost, UUID_PATTERN } from '@tidemark/protocol';

/** What a host takes. */
export const TO_HOST = [
  'hello',
  'batch',
  'identity',
  'consent',
  'view',
  'ping',
  'pong',
  'bye',
  'part',
] as const satisfies readonly ToHost['type'][];

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isText: Check = (value) => typeof value === 'string';
const isInteger: Check = (value) => Number.isSafeInteger(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 1;
/** Ids that an app gives: one that the collector refuses would take whole batches along. */
const isUserId: Check = (value) => typeof value === 'string' && value !== '' && value.length <= LIMITS.idLength;

const uuid = new RegExp(UUID_PATTERN);
export const isUuid: Check = (value) => typeof value === 'string' && uuid.test(value);
export const isEpochMs: Check = (value) =>
  Number.isInteger(value) && Number(value) >= LIMITS.occurredAtMinMs && Number(value) <= LIMITS.occurredAtMaxMs;
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const identity = {
  visitorId: isUuid,
  userId: optional(isUserId),
  sessionId: isUuid,
  sessionStartedAt: isEpochMs,
};

/** Fields of each type beyond those of every message. */
const FIELDS: { readonly [T in ToHost['type']]: Readonly<Record<string, Check>> } = {
  hello: {
    ...identity,
    versions: listOf(isInteger),
    maxChars: isCount,
    pageStartedAt: isEpochMs,
    sentAt: isEpochMs,
    userAgent: isText,
  },
  batch: { batch: (batch) => isObject(batch) && isUuid(batch.batchId) }, // the rest of it is judged apart
  identity,
  consent: {
    purposes: (purposes) => isObject(purposes) && PURPOSES.every((purpose) => optional(isDecision)(purposes[purpose])),
  },
  view: { page: isText, template: optional(isText), modules: listOf(isText) },
  ping: {},
  pong: {},
  bye: {},
  part: { of: isNumber, index: isCount, count: isNumber, text: isText },
};

function isDecision(value: unknown): boolean {
  return value === 'granted' || value === 'denied';
}

/** Whether the fields of its type are there and right. */
export function hasFields(message: BridgeMessage): message is ToHost {
  const type = TO_HOST.find((known) => known === message.type);
  const fields = message as unknown as Fields; // whatever it is
  return type !== undefined && Object.entries(FIELDS[type]).every(([name, isRight]) => isRight(fields[name]));
}

/** Whether it is a `hello` of versions of which the host speaks none. */
export function isOfOtherVersions(message: unknown): boolean {
  if (!isObject(message) || message.type !== 'hello' || message.tidemark !== 1) return false;
  return listOf(isInteger)(message.versions) && !(message.versions as readonly unknown[]).includes(1); // a list, as was just seen
}

/** Whether these may be the stamp of an event. */
export function isEventStamp(ms: unknown, count: unknown): boolean {
  return isEpochMs(ms) && isCount(count) && Number(count) <= STAMP_COUNT_MAX;
}
