import type { EpochMs, OrderSide } from '@tidemark/protocol';
import { PRODUCTS } from '../market/products.js';
import type { Customer } from '../people/customer.js';
import { walkSite } from '../people/walk-site.js';
import type { Random } from '../random.js';
import { MINUTE_MS } from '../settings.js';
import type { World } from '../world.js';
import type { FraudScript } from './suspects.js';

const SURGE_MS = 45 * MINUTE_MS;

/** Word gets round: those who follow subscribe one product within the hour. */
export const herdingSurge: FraudScript = (world, random, at) => {
  const productId = anyProduct(random);
  const comers = world.customers.filter(({ herding }) => random.chance(0.3 * herding));
  rush(world, random, at, comers, 'subscribe', productId);
  world.label({
    kind: 'herding_surge',
    from: at,
    to: at + SURGE_MS,
    productId,
    userIds: comers.map(({ userId }) => userId),
  });
};

/** The price falls, and whoever holds and is easily frightened sells. */
export const saleRush: FraudScript = (world, random, at) => {
  const productId = anyProduct(random);
  world.schedule.at(at, () => {
    world.quotes.shock(productId, -0.035, at);
    const holders = world.customers.filter(({ userId }) => world.exchange.sellable(userId, productId, at) >= 10);
    const sellers = holders.filter(({ panic }) => random.chance(0.3 + 0.35 * panic));
    rush(world, random, at, sellers, 'sell', productId);
    world.label({
      kind: 'sale_rush',
      from: at,
      to: at + SURGE_MS,
      productId,
      userIds: sellers.map(({ userId }) => userId),
    });
  });
};

/** Most come early, as it is with rushes. */
function rush(
  world: World,
  random: Random,
  from: EpochMs,
  people: readonly Customer[],
  side: OrderSide,
  productId: string,
): void {
  for (const person of people) {
    const at = from + Math.floor(SURGE_MS * random.next() ** 2);
    world.schedule.at(at, () => walkSite(world, person, at, { side, productId, determined: true }));
  }
}

function anyProduct(random: Random): string {
  return random.pick(PRODUCTS.slice(1, -1)).productId;
}
