// Signatures of public keys, verified by the runtime.

const ALGORITHMS = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
};

/**
 * Whether a key has made a signature of a text.
 * @param {keyof typeof ALGORITHMS} algorithm
 * @param {string} jwk the public key
 * @param {string} signed
 * @param {Uint8Array<ArrayBuffer>} signature
 * @returns {Promise<boolean>}
 */
export async function verified(algorithm, jwk, signed, signature) {
  const how = ALGORITHMS[algorithm];
  const key = await crypto.subtle.importKey('jwk', JSON.parse(jwk), how, false, ['verify']);
  return crypto.subtle.verify(how, key, signature, new TextEncoder().encode(signed));
}
