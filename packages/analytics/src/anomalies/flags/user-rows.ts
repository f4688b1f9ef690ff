import type { NetworkUsers, OrderedFrom } from './account-ring.js';
import { OWN_AMOUNTS } from './amount-shift.js';
import type { Logins } from './credential-stuffing.js';
import { HISTORY } from './dormant-order.js';
import { createEntityRows, type EntityRows, ROW_HEAD } from './entity-rows.js';
import { LAST_PLACE } from './impossible-travel.js';
import { type Acquaintances, FIRST_ACQUAINTANCE, loadFirstMs, saveFirstMs } from './new-device-action.js';
import { fieldOf } from './number-rows.js';
import type { OperatorProfile } from './operator-change.js';
import type { RecentOrders } from './order-abuse.js';
import type { TableState } from './table-state.js';
import { FIRST_DONE, type VelocityCounter } from './velocity.js';
import type { VisitHours } from './visit-hours.js';

/** Where each detector's numbers begin in the row of a user, and of an address: behind its head. */
const HISTORY_AT = ROW_HEAD.length + FIRST_DONE.length;
const KNOWN_AT = HISTORY_AT + HISTORY.first.length;
const PLACE_AT = KNOWN_AT + FIRST_ACQUAINTANCE.length;
export const USER = {
  done: ROW_HEAD.length,
  history: HISTORY_AT,
  known: KNOWN_AT,
  place: PLACE_AT,
  amounts: PLACE_AT + LAST_PLACE.first.length,
} as const;
export const ADDRESS = { done: ROW_HEAD.length } as const;

/** What is no number, or what only some users have. Plain data. */
export interface UserExtra extends Acquaintances {
  orderedFrom: OrderedFrom;
  orderedOn: OrderedFrom;
  orders: RecentOrders | undefined;
  operator: OperatorProfile | undefined;
  hours: VisitHours;
}

export interface AddressExtra {
  logins: Logins | undefined;
  orderers: NetworkUsers;
}

/** What all detectors together remember of users. */
export function createUserRows(
  velocity: VelocityCounter,
  max?: number,
  saved?: TableState<unknown, string | number>,
): EntityRows<UserExtra> {
  return createEntityRows<UserExtra>(
    {
      first: [...FIRST_DONE, ...HISTORY.first, ...FIRST_ACQUAINTANCE, ...LAST_PLACE.first, ...OWN_AMOUNTS.first],
      newExtra: () => ({
        devices: [],
        networks: [],
        orderedFrom: [],
        orderedOn: [],
        orders: undefined,
        operator: undefined,
        hours: [],
      }),
      forget: (numbers, at) => velocity.forget(numbers, at + USER.done),
      save: (numbers, at, extra) => ({
        done: velocity.save(numbers, at + USER.done),
        history: HISTORY.save(numbers, at + USER.history),
        known: {
          firstMs: saveFirstMs(numbers, at + USER.known),
          devices: extra?.devices ?? [],
          networks: extra?.networks ?? [],
        },
        ...(!LAST_PLACE.isFresh(numbers, at + USER.place) && { place: LAST_PLACE.save(numbers, at + USER.place) }),
        ...(!OWN_AMOUNTS.isFresh(numbers, at + USER.amounts) && {
          amounts: OWN_AMOUNTS.save(numbers, at + USER.amounts),
        }),
        ...(extra && extra.orderedFrom.length > 0 && { orderedFrom: extra.orderedFrom }),
        ...(extra && extra.orderedOn.length > 0 && { orderedOn: extra.orderedOn }),
        orders: extra?.orders,
        operator: extra?.operator,
        ...(extra && extra.hours.length > 0 && { hours: extra.hours }),
      }),
      load: (plain, numbers, at, extraOf) => {
        velocity.load(fieldOf(plain, 'done'), numbers, at + USER.done);
        HISTORY.load(fieldOf(plain, 'history'), numbers, at + USER.history);
        LAST_PLACE.load(fieldOf(plain, 'place'), numbers, at + USER.place);
        OWN_AMOUNTS.load(fieldOf(plain, 'amounts'), numbers, at + USER.amounts);
        const known = fieldOf(plain, 'known');
        loadFirstMs(fieldOf(known, 'firstMs'), numbers, at + USER.known);
        const { devices = [], networks = [] } = (known ?? {}) as Partial<Acquaintances>; // of the same name, so of the same make
        const { orderedFrom = [], orderedOn = [], orders, operator, hours = [] } = (plain ?? {}) as Partial<UserExtra>; // the same
        Object.assign(extraOf(), { devices, networks, orderedFrom, orderedOn, orders, operator, hours });
      },
    },
    max,
    saved,
  );
}

/** What all detectors together remember of addresses. */
export function createAddressRows(
  velocity: VelocityCounter,
  max?: number,
  saved?: TableState<unknown, string | number>,
): EntityRows<AddressExtra> {
  return createEntityRows<AddressExtra>(
    {
      first: FIRST_DONE,
      newExtra: () => ({ logins: undefined, orderers: [] }),
      forget: (numbers, at) => velocity.forget(numbers, at + ADDRESS.done),
      save: (numbers, at, extra) => ({
        done: velocity.save(numbers, at + ADDRESS.done),
        logins: extra?.logins,
        ...(extra && extra.orderers.length > 0 && { orderers: extra.orderers }),
      }),
      load: (plain, numbers, at, extraOf) => {
        velocity.load(fieldOf(plain, 'done'), numbers, at + ADDRESS.done);
        const { logins, orderers = [] } = (plain ?? {}) as Partial<AddressExtra>; // of the same name, so of the same make
        if (logins || orderers.length > 0) Object.assign(extraOf(), { logins, orderers });
      },
    },
    max,
    saved,
  );
}
