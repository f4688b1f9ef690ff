import { type Amounts, findDrift, newAmounts } from './amount-drift.js';
import {
  findFunnelBreak,
  findNullSurge,
  findReleaseCliff,
  newSurfaceHealth,
  type SurfaceHealth,
} from './app-breaks.js';
import { findAutomation } from './automation.js';
import { findCredentialStuffing, isLogin, type Logins, newLogins } from './credential-stuffing.js';
import { type DeviceDelivery, findDeliveryFault, findGap, newDeviceDelivery, type Waiting } from './delivery-watch.js';
import { findDormantOrder, type History, newHistory } from './dormant-order.js';
import { createEntityTable } from './entity-table.js';
import type { CandidateFlag } from './flag.js';
import { findHerdingSurge, type Herd, type MarketShare, newHerd } from './herding-surge.js';
import { findImpossibleTravel, type LastPlace, newLastPlace } from './impossible-travel.js';
import { type Acquaintance, findNewDeviceAction, newAcquaintance } from './new-device-action.js';
import { findOperatorChange, newOperatorProfile, type OperatorProfile } from './operator-change.js';
import { findOrderAbuse, newRecentOrders, type OrderAbuseSettings, type RecentOrders } from './order-abuse.js';
import { createPrintTable, findReplayedStream, newTail, type Tail } from './replayed-stream.js';
import type { DetectorState, RiskDelivery, RiskDetector, RiskEvent, RiskOrder } from './risk-event.js';
import { findSaleRush, newProduct, PRODUCTS_MAX, type Product } from './sale-rush.js';
import { findScriptedTiming, newRhythm, type Rhythm } from './scripted-timing.js';
import { newShareWatch, type ShareWatch } from './share-watch.js';
import { type DeviceUsers, findSharedDevice, newDeviceUsers } from './shared-device.js';
import { createVelocityCounter, type Done, newDone, newUsualCounts, type UsualCounts } from './velocity.js';
import { findWashPair, newProductOrders, type Pair, type ProductOrders } from './wash-pair.js';

/** What all detectors together remember of one user, one device, one address. Plain data; what nothing was seen for is absent. */
interface UserRecord {
  readonly done: Done;
  readonly history: History;
  readonly known: Acquaintance;
  place: LastPlace | undefined;
  orders: RecentOrders | undefined;
  operator: OperatorProfile | undefined;
}
interface DeviceRecord {
  readonly done: Done;
  readonly rhythm: Rhythm;
  readonly tail: Tail;
  automationMs: number;
  users: DeviceUsers | undefined;
  delivery: DeviceDelivery | undefined;
}
interface AddressRecord {
  readonly done: Done;
  logins: Logins | undefined;
}
interface ProductRecord {
  readonly rush: Product;
  readonly herd: Herd;
  readonly orders: ProductOrders;
  readonly amounts: Amounts;
}
/** Of the app itself. */
interface AppRecord {
  readonly surface: SurfaceHealth;
  readonly errors: ShareWatch;
  readonly market: MarketShare;
  readonly waiting: Waiting;
}

export interface FlagBankSettings extends OrderAbuseSettings {
  /** Users, devices and addresses remembered, of each so many. */
  readonly entitiesMax?: number;
}

/** An app has two surfaces; what else calls itself one is nobody's business for long. */
const SURFACES_MAX = 32;
const NONE: readonly CandidateFlag[] = [];

/**
 * All detectors of events behind one: each entity of an event is looked up once for all of them, and only those are asked whom
 * the event concerns. Its flags are those of the single detectors.
 */
export function createFlagBank(settings: FlagBankSettings = {}, saved?: DetectorState): RiskDetector {
  const { entitiesMax } = settings;
  const users = createEntityTable<UserRecord>(newUser, entitiesMax, saved?.users);
  const devices = createEntityTable<DeviceRecord>(newDevice, entitiesMax, saved?.devices);
  const addresses = createEntityTable<AddressRecord>(newAddress, entitiesMax, saved?.addresses);
  const products = createEntityTable<ProductRecord>(newProductRecord, PRODUCTS_MAX, saved?.products);
  const prints = createPrintTable(saved?.prints);
  const pairs = createEntityTable<Pair>(() => ({ times: [] }), entitiesMax, saved?.pairs);
  const app = createEntityTable<AppRecord>(newApp, SURFACES_MAX, saved?.app);
  const shared = createEntityTable<UsualCounts>(newUsualCounts, undefined, saved?.usual);
  const usual = { user: shared.of('user'), device: shared.of('device'), address: shared.of('address') };
  const count = createVelocityCounter();
  const tables = { users, devices, addresses, products, prints, pairs, app, usual: shared };
  let flags: CandidateFlag[] = [];

  function add(flag: CandidateFlag | undefined): void {
    if (flag) flags.push(flag);
  }
  function lookAtUser(event: RiskEvent): void {
    const { userId, place, order } = event;
    const user = users.of(userId);
    count(user.done, usual.user, 'user', userId, event, flags);
    if (place) {
      user.place ??= newLastPlace();
      add(findImpossibleTravel(user.place, event));
    }
    add(findDormantOrder(user.history, event));
    add(findNewDeviceAction(user.known, event));
    if (event.tapMs !== undefined || event.keyGapMs !== undefined) {
      user.operator ??= newOperatorProfile();
      add(findOperatorChange(user.operator, event));
    }
    if (!order) return;
    user.orders ??= newRecentOrders();
    add(findOrderAbuse(user.orders, event, settings));
    if (event.action === 'order') lookAtOrder(event, order);
  }
  function lookAtOrder(event: RiskEvent, order: RiskOrder): void {
    const product = products.of(order.productId);
    if (order.side === 'sell') add(findSaleRush(product.rush, event));
    add(findHerdingSurge(product.herd, event, app.of('').market));
    add(findWashPair(product.orders, event, order, pairs));
    add(findDrift(product.amounts, event));
  }
  function lookAtDelivery(event: RiskEvent, delivery: RiskDelivery): void {
    const device = devices.of(event.deviceId);
    device.delivery ??= newDeviceDelivery();
    const { waiting } = app.of('');
    add(findDeliveryFault(device.delivery, event, delivery, waiting));
    if (waiting.length > 0) add(findGap(waiting, event, delivery, (id) => devices.peek(id)?.delivery));
    if (!delivery.isCopy) add(findReplayedStream(device.tail, event, prints));
  }
  function lookAtDevice(event: RiskEvent): void {
    const device = devices.of(event.deviceId);
    count(device.done, usual.device, 'device', event.deviceId, event, flags);
    add(findScriptedTiming(device.rhythm, event));
    if (!event.delivery) add(findReplayedStream(device.tail, event, prints));
    if (event.automation) {
      const told = findAutomation(device.automationMs, event);
      if (told) device.automationMs = event.atMs;
      add(told);
    }
    if (event.action === 'order' && event.userId !== '') {
      device.users ??= newDeviceUsers();
      add(findSharedDevice(device.users, event));
    }
  }
  function lookAtAddress(event: RiskEvent): void {
    const address = addresses.of(event.address);
    count(address.done, usual.address, 'address', event.address, event, flags);
    if (!isLogin(event) || event.userId === '') return;
    address.logins ??= newLogins();
    add(findCredentialStuffing(address.logins, event));
  }
  function lookAtApp(event: RiskEvent, surface: string): void {
    const { errors } = app.of('');
    const health = app.of(surface).surface;
    if (event.isError !== undefined) add(findReleaseCliff(errors, event));
    if (event.action === 'view') add(findNullSurge(health, event));
    else if (event.action === 'order' || event.step !== undefined) add(findFunnelBreak(health, event));
  }
  function lookAtAll(event: RiskEvent): void {
    if (event.delivery && event.deviceId !== '') lookAtDelivery(event, event.delivery);
    if (event.delivery?.isCopy) return;
    if (event.surface !== undefined) lookAtApp(event, event.surface);
    if (event.action === 'passive') return;
    if (event.deviceId !== '') lookAtDevice(event);
    if (event.userId !== '') lookAtUser(event);
    if (event.address !== '') lookAtAddress(event);
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
    save: () => Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.save()])),
    evicted: () => Object.values(tables).reduce((sum, table) => sum + table.evicted(), 0),
  };
}

function newUser(): UserRecord {
  return {
    done: newDone(),
    history: newHistory(),
    known: newAcquaintance(),
    place: undefined,
    orders: undefined,
    operator: undefined,
  };
}

function newDevice(): DeviceRecord {
  return {
    done: newDone(),
    rhythm: newRhythm(),
    tail: newTail(),
    automationMs: -1,
    users: undefined,
    delivery: undefined,
  };
}

function newAddress(): AddressRecord {
  return { done: newDone(), logins: undefined };
}

function newProductRecord(): ProductRecord {
  return { rush: newProduct(), herd: newHerd(), orders: newProductOrders(), amounts: newAmounts() };
}

function newApp(): AppRecord {
  return { surface: newSurfaceHealth(), errors: newShareWatch(), market: { n: 0, share: 0 }, waiting: [] };
}
