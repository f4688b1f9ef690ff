import { findAccountRing, isNewLink, noteNetworkUser, type OrderLinks } from './account-ring.js';
import { findDrift } from './amount-drift.js';
import {
  findFunnelBreak,
  findNullSurge,
  findRefusals,
  findReleaseCliff,
  findSilence,
  newSurfaceHealth,
  type SurfaceHealth,
} from './app-breaks.js';
import { findAutomation } from './automation.js';
import { findCredentialStuffing, isLogin, newLogins } from './credential-stuffing.js';
import { findDeliveryFault, findGap, type Waiting } from './delivery-watch.js';
import { createDeviceRows, DEVICE } from './device-rows.js';
import { findDormantOrder } from './dormant-order.js';
import { allOf, createEntityTable } from './entity-table.js';
import type { CandidateFlag } from './flag.js';
import { countVisit, findFlatLine, newVisitCounts, type VisitCounts } from './flat-line.js';
import { findHerdingSurge, type MarketShare } from './herding-surge.js';
import { findImpossibleTravel } from './impossible-travel.js';
import { findLeftOut } from './left-out-watch.js';
import { findNewDeviceAction } from './new-device-action.js';
import { findOperatorChange } from './operator-change.js';
import { findOrderAbuse, newRecentOrders, type OrderAbuseSettings } from './order-abuse.js';
import { createPageWatch } from './page-watch.js';
import { createPrintTable } from './print-table.js';
import { createProductTable, rushesOf } from './product-table.js';
import { findReplayedStream } from './replayed-stream.js';
import type { DetectorState, RiskDelivery, RiskDetector, RiskEvent, RiskLeftOut, RiskOrder } from './risk-event.js';
import { findSaleRush } from './sale-rush.js';
import { createRhythmWatch } from './scripted-timing.js';
import { beginsSession, SESSION_TOLD } from './session-shape.js';
import { newShareWatch, type ShareWatch } from './share-watch.js';
import { findSharedDevice, newDeviceUsers } from './shared-device.js';
import { joinPieces, piecesOf, type TablePiece } from './table-state.js';
import { withAcquaintances } from './trust.js';
import { findUnusualSession } from './unusual-session.js';
import { ADDRESS, createAddressRows, createUserRows, USER, type UserExtra } from './user-rows.js';
import { newUsualSessions, type UsualSessions } from './usual-sessions.js';
import { createVelocityCounter, newUsualCounts, type UsualCounts } from './velocity.js';
import { noteVisit } from './visit-hours.js';
import { findWashPair, type Pair } from './wash-pair.js';

/** Of the app itself. */
interface AppRecord {
  readonly surface: SurfaceHealth;
  readonly errors: ShareWatch;
  readonly refusals: ShareWatch;
  readonly market: MarketShare;
  readonly waiting: Waiting;
}

export interface FlagBankSettings extends OrderAbuseSettings {
  /** Users, devices and addresses remembered, of each so many. */
  readonly entitiesMax?: number;
}

/** An app has two surfaces; what else calls itself one is nobody's business for long. */
const SURFACES_MAX = 32;
/** Of sessions, by how many actions they have; there are fewer, so that none is ever forgotten. */
const STAGES_MAX = 32;
/** One of the app; a table holds two at the least. */
const APPS_MAX = 2;
const NONE: readonly CandidateFlag[] = [];
/** No row. */
const NOBODY = -1;

/**
 * All detectors of events behind one: each entity of an event is looked up once for all of them, what they remember of it lies in
 * one row, and only those are asked whom the event concerns.
 */
export function createFlagBank(settings: FlagBankSettings = {}, saved?: DetectorState): RiskDetector {
  const { entitiesMax } = settings;
  const velocity = createVelocityCounter();
  const rhythms = createRhythmWatch();
  const users = createUserRows(velocity, entitiesMax, saved?.users);
  const devices = createDeviceRows(velocity, rhythms, entitiesMax, saved?.devices);
  const addresses = createAddressRows(velocity, entitiesMax, saved?.addresses);
  const products = createProductTable(saved?.products);
  const prints = createPrintTable(saved?.prints);
  const pairs = createEntityTable<Pair>(() => ({ times: [] }), entitiesMax, saved?.pairs);
  const app = createEntityTable<AppRecord>(newApp, SURFACES_MAX, saved?.app, reviveApp);
  const shared = createEntityTable<UsualCounts>(newUsualCounts, undefined, saved?.usual);
  const usual = { user: shared.of('user'), device: shared.of('device'), address: shared.of('address') };
  const sessions = createEntityTable<UsualSessions, number>(newUsualSessions, STAGES_MAX, saved?.sessions);
  const pages = createPageWatch(saved?.pages);
  const visits = createEntityTable<VisitCounts>(newVisitCounts, APPS_MAX, saved?.visits);
  const own = { users, devices, addresses, products, prints, pairs, app };
  const tables = { ...own, usual: shared, sessions, pages: pages.groups, visits };
  let flags: CandidateFlag[] = [];

  const toldOf = (at: number) => devices.extraOf(at - DEVICE.delivery).told;
  const allRushes = () => rushesOf(products);
  const acquaintancesOf = (at: number) => users.extraOf(at - USER.known);
  const orderLinks: OrderLinks = {
    usersOf: (id) => {
      const at = devices.peek(id);
      return at === undefined ? undefined : devices.extraOf(at).users;
    },
    devicesOf: (id) => {
      const at = users.peek(id);
      return at === undefined ? undefined : users.extraOf(at).orderedFrom;
    },
    usersOn: (address) => {
      const at = addresses.peek(address);
      return at === undefined ? undefined : addresses.extraOf(at).orderers;
    },
    networksOf: (id) => {
      const at = users.peek(id);
      return at === undefined ? undefined : users.extraOf(at).orderedOn;
    },
  };
  const delivererOf = (id: string) => {
    const at = devices.peek(id);
    return at === undefined
      ? undefined
      : { numbers: devices.numbers(), at: at + DEVICE.delivery, told: () => devices.extraOf(at).told };
  };
  function add(flag: CandidateFlag | undefined): void {
    if (flag) flags.push(flag);
  }
  function lookAtUser(event: RiskEvent, at: number, device: number, network: number): void {
    const { userId, place, order } = event;
    const numbers = users.numbers();
    if (device !== NOBODY && beginsSession(devices.numbers(), device + DEVICE.session)) {
      noteVisit(users.extraOf(at).hours, event.atMs);
    }
    velocity.count(numbers, at + USER.done, usual.user, 'user', userId, event, flags);
    if (place) add(findImpossibleTravel(numbers, at + USER.place, event));
    add(findDormantOrder(numbers, at + USER.history, event));
    const deviceBirth = birthOf(devices.numbers(), device);
    const networkBirth = birthOf(addresses.numbers(), network);
    add(findNewDeviceAction(numbers, at + USER.known, event, acquaintancesOf, deviceBirth, networkBirth));
    if (event.rhythm) {
      const extra = users.extraOf(at);
      extra.operator ??= {};
      add(findOperatorChange(extra.operator, event, event.rhythm));
    }
    if (!order) return;
    const extra = users.extraOf(at);
    extra.orders ??= newRecentOrders();
    add(findOrderAbuse(extra.orders, event, settings));
    if (event.action !== 'order') return;
    lookAtLinks(event, extra, network);
    lookAtOrder(event, order, numbers, at);
  }
  function lookAtLinks(event: RiskEvent, { orderedFrom, orderedOn }: UserExtra, network: number): void {
    const { deviceId, address, atMs } = event;
    if (network !== NOBODY) noteNetworkUser(addresses.extraOf(network).orderers, event);
    const isOnNew = network !== NOBODY && isNewLink(orderedOn, address, atMs);
    const isFromNew = deviceId !== '' && isNewLink(orderedFrom, deviceId, atMs);
    if (deviceId !== '' && (isOnNew || isFromNew)) add(findAccountRing(event, orderLinks));
  }
  function lookAtOrder(event: RiskEvent, order: RiskOrder, numbers: Float64Array, at: number): void {
    const product = products.of(order.productId);
    if (order.side === 'sell') add(findSaleRush(product.rush, event, allRushes));
    add(findHerdingSurge(product.herd, event, app.of('').market));
    add(findWashPair(product.orders, event, order, pairs));
    add(findDrift(product.amounts, numbers, at + USER.amounts, event));
  }
  function lookAtDelivery(event: RiskEvent, delivery: RiskDelivery, at: number): void {
    const { waiting } = app.of('');
    add(findDeliveryFault(devices.numbers(), at + DEVICE.delivery, event, delivery, toldOf, waiting));
    if (waiting.length > 0) add(findGap(waiting, event, delivery, delivererOf));
    add(findReplayedStream(devices.numbers(), at + DEVICE.tail, event, prints));
  }
  function lookAtLeftOut({ deviceId }: RiskEvent, leftOut: RiskLeftOut): void {
    if (deviceId === '') return;
    const extra = devices.extraOf(devices.of(deviceId));
    extra.leftOut ??= {};
    flags.push(...findLeftOut(extra.leftOut, extra.told, deviceId, leftOut));
  }
  function lookAtDevice(event: RiskEvent, at: number): void {
    const numbers = devices.numbers();
    velocity.count(numbers, at + DEVICE.done, usual.device, 'device', event.deviceId, event, flags);
    add(rhythms.find(numbers, at + DEVICE.rhythm, event));
    add(findUnusualSession(numbers, at + DEVICE.session, event, sessions.of));
    if (beginsSession(numbers, at + DEVICE.session)) {
      lookAtSurfaces(event);
      if (!event.automation) countVisit(visits.of(''), event.delivery?.receivedMs ?? event.atMs);
    }
    if (!event.delivery) add(findReplayedStream(numbers, at + DEVICE.tail, event, prints));
    if (event.action === 'view') pages.find(numbers, at + DEVICE.lastPage, event).forEach(add);
    if (event.automation) {
      const told = findAutomation(numbers[at + DEVICE.automationMs] ?? -1, event);
      if (told) numbers[at + DEVICE.automationMs] = event.atMs;
      add(told);
    }
    if (event.action === 'order' && event.userId !== '') {
      const extra = devices.extraOf(at);
      extra.users ??= newDeviceUsers();
      add(findSharedDevice(extra.users, event));
    }
  }
  function lookAtAddress(event: RiskEvent, at: number): void {
    const { address } = event;
    velocity.count(addresses.numbers(), at + ADDRESS.done, usual.address, 'address', address, event, flags);
    if (!isLogin(event) || event.userId === '') return;
    const extra = addresses.extraOf(at);
    extra.logins ??= newLogins();
    add(findCredentialStuffing(extra.logins, event));
  }
  function lookAtSurfaces(event: RiskEvent): void {
    const { surface = '' } = event;
    if (surface === '') return;
    app.of(surface);
    for (const [name, known] of allOf(app)) {
      if (name !== '') add(findSilence(known.surface.elsewhere, name, event));
    }
  }
  function lookAtApp(event: RiskEvent, surface: string): void {
    const { errors } = app.of('');
    const health = app.of(surface).surface;
    if (event.isError !== undefined) add(findReleaseCliff(errors, event));
    if (event.action === 'view') add(findNullSurge(health, event));
    else if (event.action === 'order' || event.step !== undefined) add(findFunnelBreak(health, event));
  }
  function lookAtAll(event: RiskEvent): void {
    const { delivery, deviceId, address, userId, surface, leftOut } = event;
    if (leftOut) {
      lookAtLeftOut(event, leftOut);
      return;
    }
    if (event.isRefused !== undefined) add(findRefusals(app.of('').refusals, event));
    // A device of which nothing is looked at is not kept for it.
    const device = deviceId === '' || (event.action === 'passive' && !delivery) ? NOBODY : devices.of(deviceId);
    if (delivery && device !== NOBODY) lookAtDelivery(event, delivery, device);
    if (surface !== undefined) lookAtApp(event, surface);
    if (event.action === 'passive') return;
    // One after another: what one look-up waits for of the memory, the next does meanwhile.
    const network = address === '' ? NOBODY : addresses.of(address);
    const user = userId === '' ? NOBODY : users.of(userId);
    if (device !== NOBODY) lookAtDevice(event, device);
    if (user !== NOBODY) {
      lookAtUser(event, user, device, network);
      if (flags.length > 0) flags = withAcquaintances(flags, users.extraOf(user), event);
    }
    if (network !== NOBODY) lookAtAddress(event, network);
    // Of whom one detector has spoken another need not say that something is strange.
    if (flags.length > 0 && device !== NOBODY) devices.numbers()[device + DEVICE.session + SESSION_TOLD] = 1;
  }
  function* pieces(): Generator<TablePiece> {
    for (const [name, table] of Object.entries(tables)) yield* piecesOf(name, table);
  }
  return {
    observe: (event) => {
      if (!Number.isFinite(event.atMs)) return NONE;
      lookAtAll(event);
      if (flags.length === 0) return NONE;
      const found = flags;
      flags = [];
      const { eventId } = event;
      return eventId === undefined ? found : found.map((flag) => ({ ...flag, eventIds: [eventId] }));
    },
    tick: (nowMs) => {
      const flag = findFlatLine(visits.of(''), nowMs);
      return flag ? [flag] : NONE;
    },
    save: () => joinPieces(pieces()),
    pieces,
    evicted: () => Object.values(tables).reduce((sum, table) => sum + table.evicted(), 0),
    unwatched: pages.unwatched,
  };
}

/** A row's first number; 0 where there is no row. */
function birthOf(numbers: Float64Array, at: number): number {
  return at === NOBODY ? 0 : (numbers[at] ?? 0);
}

function newApp(): AppRecord {
  return {
    surface: newSurfaceHealth(),
    errors: newShareWatch(),
    refusals: newShareWatch(),
    market: { n: 0, share: 0 },
    waiting: [],
  };
}

function reviveApp(plain: unknown): AppRecord {
  const app = { ...newApp(), ...(plain as AppRecord) }; // of the same name, so of the same make, perhaps of an earlier version
  return { ...app, surface: { ...newSurfaceHealth(), ...app.surface, forms: new Map(app.surface.forms) } };
}
