import { expect, test } from 'vitest';
import { daysUntil, deviceOf, keyFrom, toggled } from './people';

test('a product gets a key out of its name', () => {
  expect(keyFrom('Orchard')).toBe('ORCH');
  expect(keyFrom('Web shop for bakers')).toBe('WSFB');
  expect(keyFrom('Été')).toBe('ETE');
  expect(keyFrom('7 seas')).toBe('');
  expect(keyFrom('株式会社')).toBe('');
});

test('a role is given once and taken', () => {
  expect(toggled(['a', 'b'], 'b', true)).toEqual(['a', 'b']);
  expect(toggled(['a', 'b'], 'a', false)).toEqual(['b']);
});

test('a device is named by browser and system', () => {
  expect(deviceOf('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('Firefox on Linux');
  expect(deviceOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0')).toBe('Edge on Windows');
  expect(deviceOf('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1')).toBe('Safari on iPhone');
  expect(deviceOf('curl/8.5')).toBe('curl/8.5');
  expect(deviceOf('')).toBe('Unknown device');
});

test('days are counted up to the last one', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  expect(daysUntil('2026-11-25T00:00:00Z', now)).toBe(1);
  expect(daysUntil('2026-11-23T00:00:00Z', now)).toBeLessThan(0);
});
