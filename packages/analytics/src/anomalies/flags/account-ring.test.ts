import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { createFlagBank, type RiskEvent } from '../index.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 2);

const order = (hour: number, userId: string, deviceId: string, address = ''): RiskEvent => ({
  atMs: START_MS + hour * HOUR_MS,
  action: 'order',
  userId,
  deviceId,
  address,
  order: { productId: 'f1', side: 'subscribe', amount: 100 + hour },
});
/** Each device is shared by two users, each user orders from two devices: u0 d0 u1 d1 u2 ... */
const chain = (users: number, hoursApart: number) =>
  Array.from({ length: users - 1 }, (_, i) => [
    order(2 * i * hoursApart, `u${i}`, `d${i}`),
    order((2 * i + 1) * hoursApart, `u${i + 1}`, `d${i}`),
  ]).flat();
const rings = (events: readonly RiskEvent[], bank = createFlagBank()) =>
  events.flatMap(bank.observe).filter(({ kind }) => kind === 'shared_device_ring');

describe('users joined by the devices they order from', () => {
  it('are a ring when they are many, though no device has more than two of them; it is told once a day', () => {
    const flags = rings(chain(10, 1));
    expect(flags).toHaveLength(1);
    expect(flags[0]).toMatchObject({ entityId: 'd6', reasons: [{ code: 'joined_users' }] });
    expect(flags[0]?.evidence[0]).toMatchObject({ observed: 8, expectedHigh: 7, n: 7 });
    expect(flags[0]?.reasons[0]?.text).toBe(
      '8 users are joined by 7 devices that two or more of them ordered from within seven days.',
    );
  });

  it('are none when they are few, when weeks lie between, or when only some joined: two families are two', () => {
    expect(rings(chain(7, 1))).toEqual([]);
    expect(rings(chain(20, 40))).toEqual([]);
    const families = ['a', 'b', 'c'].flatMap((family) =>
      Array.from({ length: 8 }, (_, i) => order(i, `${family}${i % 4}`, `${family}-phone${i % 3}`)),
    );
    expect(rings(families)).toEqual([]);
  });

  /** Users who order from two devices each, as above: a whole chain, and who of it orders from where. */
  const part = (name: string, users: number, addressOf: (user: number) => string) =>
    Array.from({ length: users - 1 }, (_, i) =>
      [i, i + 1].map((user) => order(2 * i + user / 10, `${name}${user}`, `${name}d${i}`, addressOf(user))),
    ).flat();
  const inOrder = (events: readonly RiskEvent[]) => [...events].sort((a, b) => a.atMs - b.atMs);
  const joinedBy = (size: number, address: string, others: readonly RiskEvent[] = []) =>
    rings(inOrder([...others, ...['a', 'b'].flatMap((name) => part(name, size, (u) => (u === 0 ? address : '')))]));

  it('may be joined by a network that few use, which counts less; a crowded one joins nobody', () => {
    expect(joinedBy(6, 'home')).toHaveLength(1);
    expect(joinedBy(6, 'home')[0]?.evidence[0]?.observed).toBeGreaterThanOrEqual(8);
    expect(joinedBy(6, 'home')[0]?.reasons[0]?.text).toContain('by 1 networks that few others use');
    expect(joinedBy(6, '')).toEqual([]);
    expect(joinedBy(4, 'home')).toEqual([]);
    const cafe = ['x', 'y', 'z'].map((user) => order(0, user, `${user}-phone`, 'home'));
    expect(joinedBy(6, 'home', cafe)).toEqual([]);
  });

  it('are never a ring by networks alone, wherever people roam', () => {
    const random = seededRandom(7);
    const below = (n: number) => Math.floor(random() * n);
    const roaming = Array.from({ length: 12_000 }, (_, i) => {
      const user = below(2_000);
      return order((i * 7 * 24) / 12_000, `u${user}`, `d${user}`, `a${(user * 7 + below(4) * 611) % 3_000}`);
    });
    expect(rings(roaming)).toEqual([]);
  });

  it('are remembered through JSON, and a ring without end is followed to a bound', () => {
    const events = chain(10, 1);
    const early = createFlagBank();
    expect(rings(events.slice(0, 10), early)).toEqual([]);
    expect(rings(events.slice(10), createFlagBank({}, JSON.parse(JSON.stringify(early.save()))))).toHaveLength(1);
    const long = rings(chain(400, 0.1));
    for (const { evidence } of long) expect(evidence[0]?.observed).toBeLessThanOrEqual(64);
    expect(long.length).toBeGreaterThan(0);
    expect(long.length).toBeLessThan(10);
  });
});
