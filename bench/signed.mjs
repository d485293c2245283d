// A Worker that wants a token of every viewer, and the token that its viewers have: as `millrace sign` makes them.
import { createHmac } from 'node:crypto';
import { PRESENTATION } from './layout.mjs';

const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

export const CLOSED = {
  ACCESS: JSON.stringify([{ prefix: '', token: 'required' }]),
  TOKEN_KEYS: JSON.stringify({ now: KEY }),
};

/** What stands in front of every path, for a day. */
export function token() {
  const key = encodeURIComponent(PRESENTATION);
  const signed = `exp=${Math.floor(Date.now() / 1000) + 86_400}~acl=%2F${key}!%2F${key}%2F*`;
  const digest = createHmac('sha256', Buffer.from(KEY, 'hex')).update(signed).digest('hex');
  return `/hdntl=${signed}~hmac=${digest}`;
}
