import type { EpochMs } from '@tidemark/protocol';
import { type Customer, makeCustomer } from '../people/customer.js';
import type { Device } from '../people/device.js';
import type { Random } from '../random.js';
import type { World } from '../world.js';

/** Puts one case of fraud into the world, at about a moment, and labels it. */
export type FraudScript = (world: World, random: Random, at: EpochMs) => void;

/** Somebody who is not one of the customers, though nothing but their doings tells. */
export function makeSuspect(world: World, random: Random, device?: Device): Customer {
  const person = makeCustomer(0, world.startAt, random);
  return { ...person, userId: world.newUserId(), device: device ?? person.device };
}

/** One of the customers, to whom something is done. */
export function pickVictim({ customers }: World, random: Random): Customer {
  return random.pick(customers);
}

/** One of those with a mouse, or without; anyone where there is none. */
export function pickHand({ customers }: World, random: Random, hasMouse: boolean): Customer {
  const such = customers.filter(({ device }) => device.hasMouse === hasMouse);
  return random.pick(such.length > 0 ? such : customers);
}
