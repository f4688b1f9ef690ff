import type { ToldFaults } from './delivery-fault.js';
import { DELIVERY } from './delivery-watch.js';
import { createEntityRows, type EntityRows, ROW_HEAD } from './entity-rows.js';
import type { LeftOut } from './left-out-watch.js';
import { fieldOf, loadNumbers } from './number-rows.js';
import { LAST_PAGE } from './page-watch.js';
import { FIRST_TAIL, loadTail, saveTail } from './replayed-stream.js';
import { FIRST_RHYTHM, type RhythmWatch } from './scripted-timing.js';
import { SHAPE } from './session-shape.js';
import type { DeviceUsers } from './shared-device.js';
import type { TableState } from './table-state.js';
import { FIRST_DONE, type VelocityCounter } from './velocity.js';

/** Where each detector's numbers begin in the row of a device: behind its head. */
const RHYTHM_AT = ROW_HEAD.length + FIRST_DONE.length;
const TAIL_AT = RHYTHM_AT + FIRST_RHYTHM.length;
const DELIVERY_AT = TAIL_AT + FIRST_TAIL.length;
const SESSION_AT = DELIVERY_AT + DELIVERY.first.length;
export const DEVICE = {
  done: ROW_HEAD.length,
  rhythm: RHYTHM_AT,
  tail: TAIL_AT,
  delivery: DELIVERY_AT,
  session: SESSION_AT,
  automationMs: SESSION_AT + SHAPE.first.length,
  lastPage: SESSION_AT + SHAPE.first.length + 1,
} as const;

/** What only some devices have. Plain data. */
export interface DeviceExtra {
  users: DeviceUsers | undefined;
  told: ToldFaults;
  leftOut: LeftOut | undefined;
}

/** What all detectors together remember of devices. */
export function createDeviceRows(
  velocity: VelocityCounter,
  rhythms: RhythmWatch,
  max?: number,
  saved?: TableState<unknown, string | number>,
): EntityRows<DeviceExtra> {
  return createEntityRows<DeviceExtra>(
    {
      first: [...FIRST_DONE, ...FIRST_RHYTHM, ...FIRST_TAIL, ...DELIVERY.first, ...SHAPE.first, -1, ...LAST_PAGE.first],
      newExtra: () => ({ users: undefined, told: {}, leftOut: undefined }),
      forget: (numbers, at) => {
        velocity.forget(numbers, at + DEVICE.done);
        rhythms.forget(numbers, at + DEVICE.rhythm);
      },
      save: (numbers, at, extra) => ({
        done: velocity.save(numbers, at + DEVICE.done),
        rhythm: rhythms.save(numbers, at + DEVICE.rhythm),
        tail: saveTail(numbers, at + DEVICE.tail),
        automationMs: numbers[at + DEVICE.automationMs],
        users: extra?.users,
        ...(!SHAPE.isFresh(numbers, at + DEVICE.session) && { session: SHAPE.save(numbers, at + DEVICE.session) }),
        ...(!LAST_PAGE.isFresh(numbers, at + DEVICE.lastPage) && {
          lastPage: LAST_PAGE.save(numbers, at + DEVICE.lastPage),
        }),
        ...((extra?.leftOut || !DELIVERY.isFresh(numbers, at + DEVICE.delivery)) && {
          delivery: {
            ...DELIVERY.save(numbers, at + DEVICE.delivery),
            told: extra?.told ?? {},
            leftOut: extra?.leftOut,
          },
        }),
      }),
      load: (plain, numbers, at, extraOf) => {
        velocity.load(fieldOf(plain, 'done'), numbers, at + DEVICE.done);
        rhythms.load(fieldOf(plain, 'rhythm'), numbers, at + DEVICE.rhythm);
        loadTail(fieldOf(plain, 'tail'), numbers, at + DEVICE.tail);
        loadNumbers([fieldOf(plain, 'automationMs')], numbers, at + DEVICE.automationMs);
        SHAPE.load(fieldOf(plain, 'session'), numbers, at + DEVICE.session);
        LAST_PAGE.load(fieldOf(plain, 'lastPage'), numbers, at + DEVICE.lastPage);
        const delivery = fieldOf(plain, 'delivery');
        DELIVERY.load(delivery, numbers, at + DEVICE.delivery);
        const users = fieldOf(plain, 'users') as DeviceUsers | undefined; // of the same name, so of the same make
        const told = (fieldOf(delivery, 'told') ?? {}) as ToldFaults; // the same
        const leftOut = fieldOf(delivery, 'leftOut') as LeftOut | undefined; // and this
        if (users || leftOut || Object.keys(told).length > 0) Object.assign(extraOf(), { users, told, leftOut });
      },
    },
    max,
    saved,
  );
}
