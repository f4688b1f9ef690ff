import { findCredentialStuffing, isLogin, type Logins, newLogins } from './credential-stuffing.js';
import { findDormantOrder, type History, newHistory } from './dormant-order.js';
import { createEntityTable } from './entity-table.js';
import type { CandidateFlag } from './flag.js';
import { findImpossibleTravel, type LastPlace, newLastPlace } from './impossible-travel.js';
import { findOrderAbuse, newRecentOrders, type OrderAbuseSettings, type RecentOrders } from './order-abuse.js';
import { createPrintTable, findReplayedStream, newTail, type Tail } from './replayed-stream.js';
import type { DetectorState, RiskDetector, RiskEvent } from './risk-event.js';
import { findSaleRush, newProduct, PRODUCTS_MAX, type Product } from './sale-rush.js';
import { findScriptedTiming, newRhythm, type Rhythm } from './scripted-timing.js';
import { createVelocityCounter, type Done, newDone, newUsualCounts, type UsualCounts } from './velocity.js';

/** What all detectors together remember of one user, one device, one address. Plain data; what nothing was seen for is absent. */
interface UserRecord {
  readonly done: Done;
  readonly history: History;
  place: LastPlace | undefined;
  orders: RecentOrders | undefined;
}
interface DeviceRecord {
  readonly done: Done;
  readonly rhythm: Rhythm;
  readonly tail: Tail;
}
interface AddressRecord {
  readonly done: Done;
  logins: Logins | undefined;
}

export interface FlagBankSettings extends OrderAbuseSettings {
  /** Users, devices and addresses remembered, of each so many. */
  readonly entitiesMax?: number;
}

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
  const products = createEntityTable<Product>(newProduct, PRODUCTS_MAX, saved?.products);
  const prints = createPrintTable(saved?.prints);
  const shared = createEntityTable<UsualCounts>(newUsualCounts, undefined, saved?.usual);
  const usual = { user: shared.of('user'), device: shared.of('device'), address: shared.of('address') };
  const count = createVelocityCounter();
  const tables = { users, devices, addresses, products, prints, usual: shared };
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
    if (!order) return;
    user.orders ??= newRecentOrders();
    add(findOrderAbuse(user.orders, event, settings));
    if (event.action === 'order' && order.side === 'sell') add(findSaleRush(products.of(order.productId), event));
  }
  function lookAtDevice(event: RiskEvent): void {
    const device = devices.of(event.deviceId);
    count(device.done, usual.device, 'device', event.deviceId, event, flags);
    add(findScriptedTiming(device.rhythm, event));
    add(findReplayedStream(device.tail, event, prints));
  }
  function lookAtAddress(event: RiskEvent): void {
    const address = addresses.of(event.address);
    count(address.done, usual.address, 'address', event.address, event, flags);
    if (!isLogin(event) || event.userId === '') return;
    address.logins ??= newLogins();
    add(findCredentialStuffing(address.logins, event));
  }
  return {
    observe: (event) => {
      if (!Number.isFinite(event.atMs)) return NONE;
      if (event.userId !== '') lookAtUser(event);
      if (event.deviceId !== '') lookAtDevice(event);
      if (event.address !== '') lookAtAddress(event);
      if (flags.length === 0) return NONE;
      const found = flags;
      flags = [];
      return found;
    },
    save: () => Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.save()])),
    evicted: () => Object.values(tables).reduce((sum, table) => sum + table.evicted(), 0),
  };
}

function newUser(): UserRecord {
  return { done: newDone(), history: newHistory(), place: undefined, orders: undefined };
}

function newDevice(): DeviceRecord {
  return { done: newDone(), rhythm: newRhythm(), tail: newTail() };
}

function newAddress(): AddressRecord {
  return { done: newDone(), logins: undefined };
}
