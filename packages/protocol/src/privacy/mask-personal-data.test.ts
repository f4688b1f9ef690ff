import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMask, maskPersonalData, PERSONAL_KINDS, type PersonalKind } from './mask-personal-data.js';

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
    ['3530111333300000', '[card]'],
    ['5019717010103742', '[card]'],
    ['9558800000000000000', '[card]'],
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
    // The examples of the IBAN Registry.
    ['GB29NWBK60161331926819', '[iban]'],
    ['pay to DE89 3704 0044 0532 0130 00 EUR 5', 'pay to [iban] EUR 5'],
    ['FR14 2004 1010 0505 0001 3M02 606.', '[iban].'],
    ['MT84MALT011000012345MTLCAST001S', '[iban]'],
    ['NO9386011117947', '[iban]'],
    ['?iban=NL91ABNA0417164300', '?iban=[iban]'],
    ['DE89370400440532013001', 'DE89370400440532013001'], // wrong check digits
    ['DE8937040044053201300', 'DE8937040044053201300'], // too short
    ['XX89370400440532013000', 'XX89370400440532013000'], // no country
    ['XDE89370400440532013000', 'XDE89370400440532013000'],
  ])('reads the bank account in %j as %j', (text, expected) => {
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
    '7123456789012345678', // ids by time, as many services make them, mostly begin with 1 or 7
    '8000000000000009',
    '9000000000000000001',
    'SE20260105123456789012',
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

  it('leaves order ids, amounts and days alone, however they are written', () => {
    const digits = (least: number, most: number) =>
      fc.array(fc.nat(9), { minLength: least, maxLength: most }).map((values) => values.join(''));
    const day = fc
      .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    const compact = day.map((text) => text.replaceAll('-', ''));
    const prefix = fc.constantFrom('SUB', 'SELL', 'ORD', 'P', 'order');
    const cents = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, '0'));
    const orderId = fc.oneof(
      fc.tuple(prefix, fc.constantFrom('', '-', '_'), digits(4, 20)).map((parts) => parts.join('')),
      fc.tuple(prefix, compact, digits(4, 10)).map((parts) => parts.join('-')),
      fc.tuple(compact, digits(1, 12)).map((parts) => parts.join('')),
    );
    const amount = fc.oneof(
      fc.tuple(fc.nat(999_999_999_999), cents).map((parts) => parts.join('.')),
      fc.nat(999_999_999_999).map((value) => value.toLocaleString('en')),
      fc.tuple(fc.constantFrom('¥', '$', '+', '-'), fc.nat(999_999_999), cents).map(([a, b, c]) => `${a}${b}.${c}`),
    );
    fc.assert(
      fc.property(fc.oneof(orderId, amount, day), (text) => {
        expect(maskPersonalData(`a ${text}, b`)).toBe(`a ${text}, b`);
      }),
      { numRuns: 5_000 },
    );
  });

  it('asks about each find, and leaves what may stay', () => {
    const text = 'a@b.io GB29NWBK60161331926819 11010519491231002X 4111111111111111 13812345678 13912345678';
    const asked: PersonalKind[] = [];
    const mask = createMask((kind) => {
      asked.push(kind);
      return kind !== 'phone';
    });
    expect(mask(text)).toBe('[email] [iban] [id] [card] 13812345678 13912345678');
    expect(asked).toEqual([...PERSONAL_KINDS, 'phone']);
  });

  it('masks nothing in what it has masked', () => {
    const any = fc.string({ unit: fc.constantFrom(...'0123456789 -+.@aXDE申') });
    fc.assert(
      fc.property(any, (text) => {
        const masked = maskPersonalData(text);
        expect(maskPersonalData(masked)).toBe(masked);
      }),
    );
  });

  it.each([
    '1',
    '1 ',
    '4 1-',
    'a',
    'a@',
    'a.',
    '@a.',
    '+1 ',
    '+',
    '()',
    '1.',
    '-1',
    '86',
    '13 ',
    '%2B1',
    'aa%40a.a',
    'GB29 ',
    'DE1',
    'M',
  ])('takes no longer for 100 kB of %j than the text is long', (unit) => {
    const text = unit.repeat(100_000 / unit.length);
    const started = performance.now();
    maskPersonalData(text);
    maskPersonalData(`${text}!`);
    expect(performance.now() - started).toBeLessThan(3_000); // what backtracks takes minutes
  });
});
