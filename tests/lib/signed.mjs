// A library that is closed to whoever has no token, and tokens for it.
import { createHmac } from 'node:crypto';

export const KEY = '00112233445566778899aabbccddeeff';

/** The variables of a Worker that wants a token of everything in `films/`. */
export const CLOSED = {
  ACCESS: JSON.stringify([{ prefix: 'films/', token: 'required' }]),
  TOKEN_KEYS: JSON.stringify({ now: KEY }),
};

const later = (seconds) => Math.floor(Date.now() / 1000) + seconds;

/** These fields, signed. */
export function signed(fields, key = KEY) {
  const text = fields.join('~');
  return `${text}~hmac=${createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex')}`;
}

/** A token of everything that `acl` is of, for so many seconds. */
export const token = ({ seconds = 600, key = KEY, acl = '%2Ffilms%2F*' } = {}) =>
  signed([`exp=${later(seconds)}`, `acl=${acl}`], key);

/** A token that begins to hold in so many seconds. */
export const tokenFrom = (seconds) =>
  signed([`st=${later(seconds)}`, `exp=${later(seconds + 600)}`, 'acl=%2Ffilms%2F*']);

/** A token of one viewer. */
export const tokenOf = (address) => signed([`ip=${address}`, `exp=${later(600)}`, 'acl=%2Ffilms%2F*']);

/** What stands in front of a path and opens nothing in `films/`. */
export const WRONG = [
  '',
  `/hdntl=${token({ seconds: -61 })}`,
  `/hdntl=${token({ key: 'ff'.repeat(16) })}`,
  `/hdntl=${token({ acl: '%2Fshows%2F*' })}`,
  `/hdntl=${token()}/hdntl=${token()}`,
  '/jwt=a.b.c',
];
