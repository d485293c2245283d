// Which files a server manifest names, of those that are there.
//
// Whatever an attribute names may be one of them, so that nothing here has to know what the Worker reads: media, client
// manifest, captions. Paths are read as src/ism/path.rs does.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

const ATTRIBUTE = /=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * @param {string} folder what keys are counted from
 * @param {string} key of the server manifest
 * @returns {Promise<string[]>} the keys of the files that it names, and its own
 */
export async function named(folder, key) {
  const text = decoded(await readFile(path.join(folder, key)));
  const paths = [...text.matchAll(ATTRIBUTE)].map(([, double, single]) => beside(unescaped(double ?? single)));
  const keys = new Set(paths.filter(Boolean).map((one) => path.posix.join(path.posix.dirname(key), one)));
  const found = [key];
  for (const one of keys) if (await isFile(path.join(folder, one))) found.push(one);
  return found;
}

/** The text of a file, by its byte order mark. */
function decoded(bytes) {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (value) =>
  value.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** A path relative to the manifest's folder; nothing where it leads out of it, or is none. */
function beside(value) {
  const segments = percentDecoded(value).replaceAll('\\', '/').split('/');
  if (segments[0] === '' || segments[0].includes(':') || segments.includes('..')) return undefined;
  return segments.filter((segment) => segment !== '' && segment !== '.').join('/');
}

function percentDecoded(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const isFile = (file) =>
  stat(file).then(
    (about) => about.isFile(),
    () => false,
  );
