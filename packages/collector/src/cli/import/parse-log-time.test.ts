import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLogTime } from './parse-log-time.js';

it('reads the time and its zone', () => {
  expect(parseLogTime('17/May/2015:10:05:03 +0000')).toBe(Date.parse('2015-05-17T10:05:03Z'));
  expect(parseLogTime('17/May/2015:10:05:03 +0530')).toBe(Date.parse('2015-05-17T10:05:03+05:30'));
  expect(parseLogTime('01/Jan/2016:00:30:00 +0100')).toBe(Date.parse('2015-12-31T23:30:00Z'));
  expect(parseLogTime('31/Dec/2015:20:00:00 -0800')).toBe(Date.parse('2016-01-01T04:00:00Z'));
  expect(parseLogTime('29/Feb/2016:00:00:00 +0000')).toBe(Date.parse('2016-02-29T00:00:00Z'));
});

it('counts a leap second as the next second', () => {
  expect(parseLogTime('31/Dec/2016:23:59:60 +0000')).toBe(Date.parse('2017-01-01T00:00:00Z'));
});

it.each([
  '',
  '17/May/2015:10:05:03',
  '17/may/2015:10:05:03 +0000',
  '17/Mai/2015:10:05:03 +0000',
  '31/Feb/2015:10:05:03 +0000',
  '29/Feb/2015:10:05:03 +0000',
  '00/May/2015:10:05:03 +0000',
  '17/May/2015:24:00:00 +0000',
  '17/May/2015:10:60:00 +0000',
  '17/May/2015:10:05:61 +0000',
  '17/May/2015:10:05:03 +0060',
  '17/May/2015:10:05:03 +00:00',
  '2015-05-17T10:05:03Z',
])('refuses %j', (text) => expect(parseLogTime(text)).toBeUndefined());

it('reads every second in every zone back', () => {
  const second = fc.integer({ min: 946_684_800, max: 4_102_444_799 });
  const zone = fc.integer({ min: -14 * 60, max: 14 * 60 });
  fc.assert(
    fc.property(second, zone, (atSecond, offsetMinutes) => {
      const local = new Date((atSecond + offsetMinutes * 60) * 1_000).toUTCString(); // Sun, 17 May 2015 10:05:03 GMT
      const [, day, month, year, clock] = local.split(' ');
      const absolute = Math.abs(offsetMinutes);
      const hours = String(Math.floor(absolute / 60)).padStart(2, '0');
      const minutes = String(absolute % 60).padStart(2, '0');
      const text = `${day}/${month}/${year}:${clock} ${offsetMinutes < 0 ? '-' : '+'}${hours}${minutes}`;
      expect(parseLogTime(text)).toBe(atSecond * 1_000);
    }),
  );
});
