// A library that is closed to whoever has no token, and tokens for it.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

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

/** Pairs of keys of the two algorithms there are. */
export const pairsOfKeys = () => ({
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
});

/** What `TOKEN_KEYS` has of `pairs`. */
export const publicKeys = (pairs) =>
  Object.fromEntries(Object.entries(pairs).map(([id, { publicKey }]) => [id, publicKey.export({ format: 'jwk' })]));

/**
 * A JSON Web Token of everything in `films/`, as it stands in front of a path.
 * @param {string} alg `HS256`, or one of `pairs`
 * @param {{pairs?: Record<string, any>, key?: string, seconds?: number, claims?: object}} [options]
 */
export function jwt(alg, { pairs = {}, key = KEY, seconds = 600, claims = {} } = {}) {
  const text = [{ alg }, { sub: 'films/', exp: later(seconds), ...claims }]
    .map((it) => Buffer.from(JSON.stringify(it)).toString('base64url'))
    .join('.');
  const signature =
    alg === 'HS256'
      ? createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest()
      : sign('sha256', Buffer.from(text), { key: pairs[alg].privateKey, dsaEncoding: 'ieee-p1363' });
  return `/jwt=${text}.${signature.toString('base64url')}`;
}

/** What stands in front of a path and opens nothing in `films/`. */
export const WRONG = [
  '',
  `/hdntl=${token({ seconds: -61 })}`,
  `/hdntl=${token({ key: 'ff'.repeat(16) })}`,
  `/hdntl=${token({ acl: '%2Fshows%2F*' })}`,
  `/hdntl=${token()}/hdntl=${token()}`,
  '/jwt=a.b.c',
];
