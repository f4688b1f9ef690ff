import { EVENT_TYPES, type LiveEvent } from '@tidemark/protocol';

const TEXT_FIELDS = ['eventId', 'label', 'page', 'appId', 'visitorId', 'sessionId'] as const;
const TIME_FIELDS = ['occurredAt', 'receivedAt'] as const;

/** Reads the data of one `tracked` message; undefined when it is not a live event this console knows. */
export function parseLiveEvent(data: string): LiveEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  return isLiveEvent(value) ? value : undefined;
}

function isLiveEvent(value: unknown): value is LiveEvent {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>; // the edge: nothing is known yet
  return (
    TEXT_FIELDS.every((name) => typeof fields[name] === 'string') &&
    TIME_FIELDS.every((name) => Number.isFinite(fields[name])) &&
    (fields.surface === 'h5' || fields.surface === 'native') &&
    EVENT_TYPES.some((type) => type === fields.type)
  );
}
