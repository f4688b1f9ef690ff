import { describe, expect, it } from 'vitest';
import { judgeAddress } from './public-address.js';

describe('where a webhook may go', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])('%s is public', (one) => {
    expect(judgeAddress(one)).toBe('public');
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1'])('%s is this machine', (address) => {
    expect(judgeAddress(address)).toBe('loopback');
  });

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::a00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
  ])('%s is none of the internet', (address) => {
    expect(judgeAddress(address)).toBe('special');
  });

  it.each(['', 'localhost', '0x7f.1', '127.1', '[::1]', '1.2.3.4.5'])('%j is no address', (text) => {
    expect(judgeAddress(text)).toBe('no_address');
  });
});
