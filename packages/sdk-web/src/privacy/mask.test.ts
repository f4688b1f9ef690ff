import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskPersonalData } from './mask.js';

describe('maskPersonalData', () => {
  it.each([
    // Test numbers that the card schemes publish.
    ['4111111111111111', '[card]'],
    ['4222222222222', '[card]'],
    ['pay with 4111 1111 1111 1111 12/28', 'pay with [card] 12/28'],
    ['3 4111-1111-1111-1111 123', '3 [card] 123'],
    ['8888 4111 1111 1111 1111', '8888 [card]'],
    ['3782 822463 10005', '[card]'],
    ['30569309025904', '[card]'],
    ['卡号6212345678900000003，谢谢', '卡号[card]，谢谢'],
    ['6212 3456 7890 0000 003', '[card]'],
    ['2221000000000009', '[card]'],
  ])('masks the card in %j', (text, expected) => {
    expect(maskPersonalData(text)).toBe(expected);
  });

  it.each([
    ['11010519491231002X', '[id]'], // the example of GB 11643-1999
    ['身份证：440524188001010014', '身份证：[id]'],
    ['id=11010519491231002x.', 'id=[id].'],
    ['110105491231002', '[id]'],
    ['1101054912310021', '1101054912310021'],
    ['11010519491231002', '11010519491231002'],
    ['110105194912310021', '110105194912310021'],
    ['110105194913310027', '110105194913310027'],
  ])('reads the resident id %j as %j', (text, expected) => {
    expect(maskPersonalData(text)).toBe(expected);
  });

  it.each([
    ['13812345678', '[phone]'],
    ['call 138-1234-5678.', 'call [phone].'],
    ['138 1234 5678 or 139 1234 5678', '[phone] or [phone]'],
    ['+86 138 1234 5678', '[phone]'],
    ['0086-13812345678', '[phone]'],
    ['手机13812345678', '手机[phone]'],
    ['/user/13812345678?tel=+8613812345678', '/user/[phone]?tel=[phone]'],
    ['+1 (415) 555-2671', '[phone]'],
    ['+1.415.555.2671', '[phone]'],
    ['+44 20 7946 0958, +33 1 23 45 67 89', '[phone], [phone]'],
    ['+852-2345-6789', '[phone]'],
  ])('masks the phone number in %j', (text, expected) => {
    expect(maskPersonalData(text)).toBe(expected);
  });

  it.each([
    ['write to ann.lee+x@mail.example.com!', 'write to [email]!'],
    ['联系zhang@example.com。', '联系[email]。'],
    ['?to=ann%40example.com', '?to=[email]'],
    ['A@B.CO,c@d.io', '[email],[email]'],
  ])('masks the address in %j', (text, expected) => {
    expect(maskPersonalData(text)).toBe(expected);
  });

  it.each([
    '',
    '1767582000000',
    '1767582000',
    '1767582000000000',
    '20260105123456',
    '202601050112345',
    '202601051234560042',
    '2026-01-05T00:00:00.000Z',
    '2026-01-05T00:00:00+08:00',
    '2026-01-05 12:34:56',
    'Mon Jan 05 2026 00:00:00 GMT+0800',
    'SUB-20260105-0042',
    'SUB-4111111111111111',
    'ORD_13812345678',
    '¥13812345678.00',
    '+12345678.90',
    '+8.25%',
    '6,222,021.00',
    '0.4111111111111111',
    'v4111111111111111',
    '4111111111111112',
    '41111111111111111111',
    'idb@8.0.4',
    'fn@https://a.example/app.js:10:20',
    '10.0.0.1',
  ])('leaves %j alone', (text) => {
    expect(maskPersonalData(text)).toBe(text);
  });

  it('leaves every UUID alone, those of digits only included, and every time of ours', () => {
    const digitUuid = fc
      .array(fc.constantFrom(...'0123456789'), { minLength: 32, maxLength: 32 })
      .map((digits) => digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
    const time = fc.integer({ min: 1_500_000_000_000, max: 1_999_999_999_999 }).map(String);
    fc.assert(
      fc.property(fc.oneof(fc.uuid(), digitUuid, time), (text) => {
        expect(maskPersonalData(`a ${text}, b`)).toBe(`a ${text}, b`);
      }),
      { numRuns: 5_000 },
    );
  });

  it('masks nothing in what it has masked', () => {
    const any = fc.string({ unit: fc.constantFrom(...'0123456789 -+.@aX申') });
    fc.assert(
      fc.property(any, (text) => {
        const masked = maskPersonalData(text);
        expect(maskPersonalData(masked)).toBe(masked);
      }),
    );
  });

  it.each(['1', '1 ', '4 1-', 'a', 'a@', 'a.', '@a.', '+1 ', '+', '()', '1.', '-1', '86', '13 ', '%2B1', 'aa%40a.a'])(
    'takes no longer for 100 kB of %j than the text is long',
    (unit) => {
      const text = unit.repeat(100_000 / unit.length);
      const started = performance.now();
      maskPersonalData(text);
      maskPersonalData(`${text}!`);
      expect(performance.now() - started).toBeLessThan(3_000); // what backtracks takes minutes
    },
  );
});
