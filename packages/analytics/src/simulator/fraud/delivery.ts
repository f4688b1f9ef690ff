import type { BatchId, EpochMs, EventBatch, EventId, SessionId, ViewId } from '@tidemark/protocol';
import { makeId } from '../make-id.js';
import { CURRENCY } from '../market/products.js';
import type { Device } from '../people/device.js';
import { makeDevice } from '../people/device.js';
import { createSessionRecorder } from '../people/session-recorder.js';
import { pageOf, SITE } from '../people/site.js';
import { startSession } from '../people/start-session.js';
import { walkSite } from '../people/walk-site.js';
import type { Random } from '../random.js';
import { HOUR_MS, MINUTE_MS } from '../settings.js';
import type { World } from '../world.js';
import { type FraudScript, makeSuspect, pickVictim } from './suspects.js';

const CLONED_AFTER_MS = 2 * HOUR_MS;
/** More than the hour within which a copy may be a retry. */
const REPLAYED_EVERY_MS = 70 * MINUTE_MS;

/** What a device once sent is sent again, as it was; and again under another name, two hours later. */
export const replayedStream: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  const sent: EventBatch[] = [];
  const send = (batch: EventBatch, sentAt: EpochMs) => {
    sent.push(batch);
    world.send(batch, sentAt);
  };
  const copied: World = { ...world, send };
  walkSite(copied, person, at);
  for (let i = 1; i <= 3; i++) for (const batch of sent) world.sendCopy(batch, batch.sentAt + i * REPLAYED_EVERY_MS);
  const clone = makeDevice(random, at, 'h5');
  const sessionId = makeId<SessionId>(random, at + CLONED_AFTER_MS);
  const views = new Map<ViewId, ViewId>();
  for (const batch of sent) {
    world.send(cloneOf(batch, clone, sessionId, views, random), batch.sentAt + CLONED_AFTER_MS);
  }
  const { visitorId } = person.device;
  world.label({
    kind: 'replayed_stream',
    detail: 'copy',
    from: at + HOUR_MS,
    to: at + 4 * HOUR_MS,
    visitorIds: [visitorId],
  });
  world.label({
    kind: 'replayed_stream',
    detail: 'clone',
    from: at + CLONED_AFTER_MS,
    to: at + 3 * HOUR_MS,
    visitorIds: [clone.visitorId, visitorId],
  });
};

/** The same things at the same pace, by a device that was not there: only ids and times are others. */
function cloneOf(
  batch: EventBatch,
  { queueId, visitorId, userAgent }: Device,
  sessionId: SessionId,
  views: Map<ViewId, ViewId>,
  random: Random,
): EventBatch {
  const { context, sentAt } = batch;
  const sessionStartedAt = context.sessionStartedAt + CLONED_AFTER_MS;
  const viewOf = (viewId: ViewId, at: EpochMs): ViewId => {
    const other = views.get(viewId) ?? makeId<ViewId>(random, at);
    views.set(viewId, other);
    return other;
  };
  return {
    ...batch,
    batchId: makeId<BatchId>(random, sentAt + CLONED_AFTER_MS),
    sentAt: sentAt + CLONED_AFTER_MS,
    context: { ...context, queueId, visitorId, userAgent, sessionId, sessionStartedAt },
    events: batch.events.map((event) => {
      const occurredAt = event.occurredAt + CLONED_AFTER_MS;
      const viewId = event.viewId && { viewId: viewOf(event.viewId, occurredAt) };
      return { ...event, ...viewId, eventId: makeId<EventId>(random, occurredAt), occurredAt };
    }),
  };
}

/** Events that had numbers never come. */
export const seqGap: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  walkSite(world, person, at);
  const from = person.device.busyUntil;
  person.device.nextSeq += 25;
  const to = from + 5 * MINUTE_MS;
  world.schedule.at(to, () => walkSite(world, person, to));
  world.label({ kind: 'data_quality', detail: 'seq_gap', from, to, visitorIds: [person.device.visitorId] });
};

/** What happened comes nine hours later. */
export const lateDelivery: FraudScript = (world, random, at) => {
  const { device, userId, accountId } = makeSuspect(world, random);
  const delayMs = 9 * HOUR_MS;
  const { appId, historical, conditions } = world;
  const release = conditions.releaseAt(at);
  const session = createSessionRecorder(
    random,
    { device, startAt: at, userId, accountId, release, appId, historical, delayMs },
    world.send,
  );
  for (const name of ['home', 'list', 'product', 'account'] as const) {
    session.view(SITE[name], pageOf(SITE[name], 'native'), 'native');
    session.wait(random.logNormal(SITE[name].dwellMs, 0.5));
  }
  session.finish();
  world.label({
    kind: 'data_quality',
    detail: 'late',
    from: at,
    to: session.now + delayMs,
    visitorIds: [device.visitorId],
  });
};

/** A device's clock is set three hours ahead, for good. */
export const clockSkew: FraudScript = (world, random, at) => {
  const { device, userId } = pickVictim(world, random);
  device.skewMs = 3 * HOUR_MS;
  world.label({
    kind: 'data_quality',
    detail: 'skew',
    from: at,
    to: world.endAt,
    userIds: [userId],
    visitorIds: [device.visitorId],
  });
};

/** A queue is stuck: each batch leaves five times. */
export const duplicateStorm: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  let to: EpochMs = at;
  const send = (batch: EventBatch, sentAt: EpochMs) => {
    world.send(batch, sentAt);
    for (let i = 1; i < 5; i++) world.sendCopy(batch, sentAt + i * 2_000);
    to = sentAt + 8_000;
  };
  walkSite({ ...world, send }, person, at);
  world.label({ kind: 'data_quality', detail: 'duplicates', from: at, to, visitorIds: [person.device.visitorId] });
};

/** A field that was a number everywhere is a text here. */
export const schemaBreak: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  const session = startSession(world, person, at, 'h5');
  session.view(SITE.order, pageOf(SITE.order, 'h5', 'P30'), 'h5', { productId: 'P30' });
  for (let i = 0; i < 12; i++) {
    session.wait(random.between(9_000, 30_000));
    const price = world.quotes.price('P30', session.now);
    const order = {
      orderId: world.newOrderId(),
      productId: 'P30',
      side: 'subscribe',
      shares: 500,
      price,
      currency: CURRENCY,
    } as const;
    session.record({ type: 'order', ...order, phase: 'intent', props: { reference: `${price} ${CURRENCY}` } });
  }
  session.finish();
  world.label({
    kind: 'data_quality',
    detail: 'schema',
    from: at,
    to: session.now,
    visitorIds: [person.device.visitorId],
  });
};
