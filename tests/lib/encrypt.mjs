// Encrypts what ffmpeg wrote, as packagers do: samples, and the boxes that tell of them. Written from the
// standards and with node's own ciphers; none of our code is asked.
import { createCipheriv } from 'node:crypto';
import { readFragment, readMedia } from './boxes.mjs';
import { samplesOf } from './progressive.mjs';
import { appended, rewrite, shifted, sized } from './rewrite.mjs';

export const PLAYREADY = '9a04f07998404286ab92e65be0885f95';
export const WIDEVINE = 'edef8ba979d64acea3c827dcd51d21ed';
/** Of whoever has the keys: it only names them. */
export const COMMON = '1077efecc0b24d02ace33c1e52e2fb4b';
const PIFF = {
  pssh: 'd08a4f1810f34a82b6c832d8aba183d3',
  tenc: '8974dbce7be74c5184f97148f9882554',
  senc: 'a2394f525a9b4f14a2446c427c648df4',
};
/** The initialisation vector of all that is encrypted by cbcs. */
export const VECTOR = 'd5fbd6b82ed93e4ef98ae40931ee33b7';
const BLOCK = 16;
/** How much of each picture's unit stays in the clear: its length, its header, and more than its slice's header takes. */
const CLEAR = 5 + 64;

const u8 = (...values) => Buffer.from(values);
const u16 = (value) => u8(value >> 8, value & 255);
const u32 = (value) => u8((value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255);
const hex = (text) => Buffer.from(text, 'hex');
const box = (type, ...parts) => sized(Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), ...parts]));
const full = (type, flags, ...parts) => box(type, u32(flags), ...parts);
const uuid = (type, flags, ...parts) => box('uuid', hex(type), u32(flags), ...parts);

/**
 * @typedef {object} Cipher
 * @property {number} size of a sample's vector
 * @property {Buffer} [vector] of all samples
 * @property {number} pattern
 * @property {(sample: Buffer, subsamples: {clear: number, encrypted: number}[]) => Buffer} encrypt a sample where it lies; returns its vector
 *
 * @typedef {object} Protection
 * @property {'piff' | 'cenc' | 'cbcs'} scheme cenc in PIFF's boxes or its own, with initialisation vectors of eight
 *   bytes; or cbcs with one vector for all
 * @property {string} key in hexadecimal
 * @property {string} keyId the same
 * @property {[system: string, data: Buffer, keyIds?: string[]][]} [systems] what licence systems have to be told
 */

/**
 * A fragmented file of one track, encrypted: the units of H.264 but for their headers, audio whole.
 * @param {Buffer} file
 * @param {Protection} protection
 */
export function encrypted(file, { scheme, key, keyId, systems = [] }) {
  const [{ kind }] = readMedia(file).tracks;
  const isVideo = kind === 'vide';
  /** @type {Cipher} */
  const cipher = scheme === 'cbcs' ? cbcs(hex(key), isVideo) : cenc(hex(key));
  const edit = (moof, mdat) => {
    const samples = samplesOf(readFragment(Buffer.concat([moof, mdat]))).map(({ bytes }) => Buffer.from(bytes));
    const told = samples.map((sample) => {
      const subsamples = isVideo ? unitsOf(sample) : undefined;
      const vector = cipher.encrypt(sample, subsamples ?? [{ clear: 0, encrypted: sample.length }]);
      return Buffer.concat([
        vector,
        ...(subsamples
          ? [u16(subsamples.length), ...subsamples.flatMap((one) => [u16(one.clear), u32(one.encrypted)])]
          : []),
      ]);
    });
    const boxes = scheme === 'piff' ? piffVectors(told, isVideo) : vectors(told, isVideo, moof.length);
    return Buffer.concat([shifted(appended(moof, ['traf'], boxes), boxes.length), mdat.subarray(0, 8), ...samples]);
  };
  const [clear, protectedEntry] = isVideo ? ['avc1', 'encv'] : ['mp4a', 'enca'];
  const editMoov = (moov) => {
    const renamed = Buffer.from(moov);
    renamed.write(protectedEntry, renamed.indexOf(clear), 'latin1');
    const sinf = box(
      'sinf',
      box('frma', Buffer.from(clear)),
      full('schm', 0, Buffer.from(scheme), u32(0x10000)),
      box('schi', tenc(scheme, keyId, cipher)),
    );
    const entry = appended(renamed, ['trak', 'mdia', 'minf', 'stbl', 'stsd', protectedEntry], sinf);
    return sized(Buffer.concat([entry, ...systems.map((system) => pssh(scheme, system))]));
  };
  return rewrite(file, edit, editMoov);
}

/**
 * @param {string} scheme
 * @param {[system: string, data: Buffer, keyIds?: string[]]} system
 */
function pssh(scheme, [system, data, keyIds]) {
  const fields = [hex(system), ...(keyIds ? [u32(keyIds.length), ...keyIds.map(hex)] : []), u32(data.length), data];
  return scheme === 'piff' && !keyIds ? uuid(PIFF.pssh, 0, ...fields) : full('pssh', keyIds ? 0x1000000 : 0, ...fields);
}

/**
 * @param {string} scheme
 * @param {string} keyId
 * @param {Cipher} cipher
 */
function tenc(scheme, keyId, { size, vector, pattern }) {
  if (scheme === 'piff') return uuid(PIFF.tenc, 0, u8(0, 0, 1, size), hex(keyId));
  const own = vector ? [u8(vector.length), vector] : [];
  return full('tenc', pattern ? 0x1000000 : 0, u8(0, pattern, 1, size), hex(keyId), ...own);
}

const piffVectors = (told, hasSubsamples) => uuid(PIFF.senc, hasSubsamples ? 2 : 0, u32(told.length), ...told);

/** `senc`, `saiz` and `saio`, to stand at the end of a `moof` of this length. */
function vectors(told, hasSubsamples, at) {
  if (told.every(({ length }) => length === 0)) return Buffer.alloc(0);
  const senc = full('senc', hasSubsamples ? 2 : 0, u32(told.length), ...told);
  const saiz = full('saiz', 0, u8(0), u32(told.length), ...told.map(({ length }) => u8(length)));
  return Buffer.concat([senc, saiz, full('saio', 0, u32(1), u32(at + 16))]);
}

/** The units of H.264 in a sample: of those of video whole blocks are encrypted, of others nothing. */
function unitsOf(sample) {
  const subsamples = [];
  for (let at = 0; at < sample.length; ) {
    const length = 4 + sample.readUInt32BE(at);
    const isPicture = [1, 5].includes(sample[at + 4] & 31);
    const encrypted = isPicture ? Math.max(0, length - CLEAR) & -BLOCK : 0;
    subsamples.push({ clear: length - encrypted, encrypted });
    at += length;
  }
  return subsamples;
}

/** AES-CTR, counting on through all that is encrypted of a sample (ISO/IEC 23001-7 9.5 and 10.1). */
function cenc(key) {
  let number = 0x0123456789abcdefn;
  const encrypt = (sample, subsamples) => {
    const vector = Buffer.alloc(8);
    number += 1n;
    vector.writeBigUInt64BE(number);
    const cipher = createCipheriv('aes-128-ctr', key, Buffer.concat([vector, Buffer.alloc(8)]));
    for (const part of partsOf(sample, subsamples)) cipher.update(part).copy(part);
    return vector;
  };
  return { size: 8, pattern: 0, encrypt };
}

/** AES-CBC from the same vector for every subsample: of video one block of ten, of audio every one (10.4). */
function cbcs(key, isVideo) {
  const vector = hex(VECTOR);
  const stride = isVideo ? 10 * BLOCK : BLOCK;
  const encrypt = (sample, subsamples) => {
    for (const part of partsOf(sample, subsamples)) {
      const cipher = createCipheriv('aes-128-cbc', key, vector);
      for (let at = 0; at + BLOCK <= part.length; at += stride)
        cipher.update(part.subarray(at, at + BLOCK)).copy(part, at);
    }
    return Buffer.alloc(0);
  };
  return { size: 0, vector, pattern: isVideo ? 0x19 : 0, encrypt };
}

function* partsOf(sample, subsamples) {
  let at = 0;
  for (const { clear, encrypted } of subsamples) {
    yield sample.subarray(at + clear, at + clear + encrypted);
    at += clear + encrypted;
  }
}

/** A PlayReady object of one header of version 4.0, as license servers have taken since PIFF. */
export function playReadyObject({ key, keyId }) {
  const bytes = hex(keyId);
  const guid = Buffer.concat([
    bytes.subarray(0, 4).reverse(),
    bytes.subarray(4, 6).reverse(),
    bytes.subarray(6, 8).reverse(),
    bytes.subarray(8),
  ]);
  const cipher = createCipheriv('aes-128-ecb', hex(key), null);
  const checksum = cipher.update(guid).subarray(0, 8).toString('base64');
  const xml = [
    '<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="4.0.0.0"><DATA>',
    '<PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO>',
    `<KID>${guid.toString('base64')}</KID><CHECKSUM>${checksum}</CHECKSUM>`,
    '<LA_URL>https://licence.example/playready</LA_URL></DATA></WRMHEADER>',
  ].join('');
  const header = Buffer.from(xml, 'utf16le');
  const object = Buffer.alloc(10 + header.length);
  object.writeUInt32LE(object.length, 0);
  object.writeUInt16LE(1, 4);
  object.writeUInt16LE(1, 6);
  object.writeUInt16LE(header.length, 8);
  header.copy(object, 10);
  return object;
}

/** What Widevine is told at the least: the key (`key_ids` of its `WidevinePsshData`). */
export const widevineData = ({ keyId }) => Buffer.concat([u8(0x12, BLOCK), hex(keyId)]);
