import { describe, expect, it } from 'vitest';
import { mixedEvents } from '../../../../../test/fixtures/mixed-events.js';
import { type CandidateFlag, createFlagBank, type RiskDetector } from '../index.js';

const LIMIT = { reportingLimit: 50_000 };
const events = mixedEvents(71);
const lineOf = ({ dedupeKey, firstMs, lastMs, surprise }: CandidateFlag) =>
  `${dedupeKey} ${firstMs - Date.UTC(2026, 2, 2)} ${lastMs - Date.UTC(2026, 2, 2)} ${surprise.toFixed(4)}`;
const run = (detector: RiskDetector, some = events) => some.flatMap((one) => detector.observe(one));

/**
 * What the first version of the detectors, which kept lists of times and ids in tables of their own, said of these
 * events. Two kinds have a second version since: a flood no longer teaches what is usual, and eight events make a copy.
 * What the user is known to use takes ln 25 off the large order. */
const EXPECTED = [
  'credential_stuffing|address:stuffer|600000:2954332 190080000 190136000 19.2000',
  'dormant_then_large_order|user:sleeper|259200000:6838 181440000 181440000 7.8061',
  'impossible_travel|user:traveller|86400000:20515 112320000 114120000 12.2275',
  'replayed_stream|device:d-clone|86400000:20516 172807164 172838013 14.9787',
  'sale_rush|product:f1|3600000:492398 224400000 224654023 16.5930',
  'sale_rush|product:f1|3600000:492398 224700000 224715906 16.5930',
  'scripted_timing|device:d-clock|3600000:492364 103680004 103776019 143.4678',
  'structuring|user:splitter|86400000:20516 198720000 199920000 6.9078',
  'structuring|user:splitter|86400000:20516 198720000 200520000 9.2103',
  'structuring|user:splitter|86400000:20516 198720000 201120000 11.5129',
  'subscribe_cancel_loop|user:looper|86400000:20516 207420000 207900000 6.9315',
  'velocity|address:a-flood|3600000:492379 154829045 154829045 21.0273',
  'velocity|address:a-flood|3600000:492384 172844965 172844965 30.2985',
  'velocity|device:d-flood|3600000:492384 172802643 172802643 31.5913',
  'velocity|user:flood|3600000:492384 172802643 172802643 31.5913',
];

describe('all flag detectors behind one', { timeout: 60_000 }, () => {
  it('say what the first version of them said', () => {
    const of = new Set(EXPECTED.map((line) => line.slice(0, line.indexOf('|'))));
    expect(
      run(createFlagBank(LIMIT))
        .filter(({ kind }) => of.has(kind))
        .map(lineOf)
        .sort(),
    ).toEqual(EXPECTED);
  });

  it('go on from JSON as if nothing had been, wherever it is cut', () => {
    const whole = run(createFlagBank(LIMIT)).map(lineOf);
    for (const cut of [1, 7_500]) {
      const early = createFlagBank(LIMIT);
      const before = run(early, events.slice(0, cut));
      const later = createFlagBank(LIMIT, JSON.parse(JSON.stringify(early.save())));
      expect([...before, ...run(later, events.slice(cut))].map(lineOf)).toEqual(whole);
    }
  });

  it('remember a bounded number of entities, and count those they forgot', () => {
    const bank = createFlagBank({ ...LIMIT, entitiesMax: 40 });
    run(bank, events.slice(0, 3_000));
    const { users, devices, addresses } = bank.save();
    for (const table of [users, devices, addresses]) {
      expect((table?.old.length ?? 0) + (table?.young.length ?? 0)).toBeLessThanOrEqual(40);
    }
    expect(bank.evicted()).toBeGreaterThan(100);
  });
});
