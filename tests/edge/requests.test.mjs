// What may be asked, in all its spellings, and what is said to what may not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BRIEF, LEVELS, briefFolder, briefFragments } from '../lib/brief.mjs';
import { startEdge } from '../lib/edge.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { parseXml } from '../lib/xml.mjs';

let edge;
let fragment;

before(async () => {
  const folder = await briefFolder();
  edge = await startEdge(folder);
  [, fragment] = briefFragments(folder, LEVELS[0]);
});

after(() => edge?.close());

const FRAGMENT = `/${BRIEF}/QualityLevels(200000)/Fragments(video=20000000)`;

for (const [what, path] of Object.entries({
  'parentheses that are percent-encoded': `/${BRIEF}/QualityLevels%28200000%29/Fragments%28video%3D20000000%29`,
  'percent-encoding in lower case': `/${BRIEF}/QualityLevels%28200000%29/Fragments%28video%3d20000000%29`,
  'nouns in lower case': `/${BRIEF}/qualitylevels(200000)/fragments(video=20000000)`,
  'nouns in upper case': `/${BRIEF}/QUALITYLEVELS(200000)/FRAGMENTS(video=20000000)`,
  'a stream in another case': `/${BRIEF}/QualityLevels(200000)/Fragments(Video=20000000)`,
  'a query, which says nothing': `${FRAGMENT}?token=x`,
})) {
  test(`a fragment is found by ${what}`, async () => {
    const answer = await edge.get(path);
    assert.equal(answer.status, 200, answer.text.slice(0, 200));
    assert.ok(answer.body.equals(fragment.bytes));
  });
}

test('the manifest is found in any case, and under .isml', async () => {
  const { body } = await edge.get(`/${BRIEF}/Manifest`);
  assert.equal((await edge.get(`/${BRIEF}/manifest`)).status, 200);
  assert.ok((await edge.get(`/${BRIEF}/MANIFEST`)).body.equals(body));

  for (const [key, bytes] of edge.files) await edge.MEDIA.put(key.replace(/\.ism$/, '.isml'), bytes);
  const live = await edge.get('/films/brief.isml/Manifest');
  assert.equal(live.status, 200);
  const { chunks, url } = readManifest(live.text).stream('video');
  const first = await edge.get(`/films/brief.isml/${url(200_000, chunks[1].start)}`);
  assert.ok(first.body.equals(fragment.bytes));
});

test('a bare presentation leads to its manifest', async () => {
  for (const [path, location] of [
    [`/${BRIEF}`, `/${BRIEF}/Manifest`],
    [`/${BRIEF}/`, `/${BRIEF}/Manifest`],
    [`/${BRIEF}?token=x&y`, `/${BRIEF}/Manifest?token=x&y`],
    ['/films/a%20b.ism', '/films/a%20b.ism/Manifest'],
    ['/films/a:b.ism', '/films/a%3Ab.ism/Manifest'],
  ]) {
    const answer = await edge.get(path);
    assert.ok([301, 302, 307, 308].includes(answer.status), `${path}: ${answer.status}`);
    // Relative: whoever stands in front of the Worker may have it under another path.
    assert.doesNotMatch(answer.headers.location, /^(https?:|\/)/);
    const { href } = new URL(answer.headers.location, new URL(path, edge.url));
    assert.equal(href, new URL(location, edge.url).href);
  }
});

test('HEAD has the headers of GET, and no body', async () => {
  const paths = [
    FRAGMENT,
    FRAGMENT.replace('Fragments', 'FragmentInfo'),
    FRAGMENT.replace('Fragments', 'RawFragments'),
    `/${BRIEF}/Manifest`,
    '/crossdomain.xml',
    `/${BRIEF}/QualityLevels(1)/Fragments(video=0)`,
  ];
  for (const path of paths) {
    const [get, head] = [await edge.get(path), await edge.send('HEAD', path)];
    assert.equal(head.status, get.status, path);
    assert.equal(head.body.length, 0);
    const told = ({ headers }) => {
      const { date, connection, 'keep-alive': alive, 'server-timing': timing, ...rest } = headers;
      return rest;
    };
    assert.deepEqual(told(head), told(get), path);
    assert.equal(head.headers['content-length'], String(get.body.length), path);
  }
});

test('any page of any host may ask, and read what it needs', async () => {
  const headers = { origin: 'https://player.example' };
  for (const path of [FRAGMENT, `/${BRIEF}/Manifest`, `/${BRIEF}/QualityLevels(1)/Fragments(video=0)`, `/${BRIEF}`]) {
    const answer = await edge.get(path, headers);
    assert.equal(answer.headers['access-control-allow-origin'], '*', path);
    const exposed = answer.headers['access-control-expose-headers'].toLowerCase().split(/ *, */);
    for (const name of ['content-length', 'content-range', 'etag', 'retry-after', 'server-timing'])
      assert.ok(exposed.includes(name), `${path}: ${name}`);
  }
  // What hls.js sends with CMCD (CTA-5004) in headers, Shaka and dash.js with a token, and AVPlayer by itself.
  for (const wanted of [
    'cmcd-object,cmcd-request,cmcd-session,cmcd-status',
    'authorization,range',
    'x-playback-session-id',
  ]) {
    const answer = await edge.send('OPTIONS', FRAGMENT, {
      ...headers,
      'access-control-request-method': 'GET',
      'access-control-request-headers': wanted,
    });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers['access-control-allow-headers'], wanted);
    assert.ok(Number(answer.headers['access-control-max-age']) >= 600);
    const sent = Object.fromEntries(wanted.split(',').map((name) => [name, name === 'range' ? 'bytes=0-9' : 'br=200']));
    assert.ok([200, 206].includes((await edge.get(FRAGMENT, { ...headers, ...sent })).status));
  }
  const asked = { ...headers, 'access-control-request-method': 'GET' };
  const preflight = await edge.send('OPTIONS', FRAGMENT, asked);
  assert.equal(preflight.status, 204);
  assert.equal(preflight.body.length, 0);
  assert.equal(preflight.headers['access-control-allow-origin'], '*');
  assert.match(preflight.headers['access-control-allow-methods'], /\bGET\b.*\bHEAD\b|\bHEAD\b.*\bGET\b/);
  assert.match(preflight.headers['access-control-allow-headers'], /\brange\b/i);
  for (const name of ['if-none-match', 'authorization', 'cmcd-status'])
    assert.match(preflight.headers['access-control-allow-headers'], new RegExp(`\\b${name}\\b`, 'i'));
});

test('the old clients are let in', async () => {
  const silverlight = await edge.get('/clientaccesspolicy.xml');
  assert.equal(silverlight.status, 200);
  assert.match(silverlight.headers['content-type'], /^text\/xml/);
  const policy = parseXml(silverlight.text);
  assert.equal(policy.name, 'access-policy');
  assert.match(silverlight.text, /<domain uri="\*"\s*\/>/);
  assert.match(silverlight.text, /<resource path="\/" include-subpaths="true"\s*\/>/);

  const flash = await edge.get('/crossdomain.xml');
  assert.equal(flash.status, 200);
  const [allow] = parseXml(flash.text).children;
  assert.equal(allow.name, 'allow-access-from');
  assert.equal(allow.attributes.domain, '*');
});

const REFUSED = {
  404: {
    'no such presentation': '/films/none.ism/Manifest',
    'a fragment of no presentation': '/films/none.ism/QualityLevels(200000)/Fragments(video=0)',
    'no such stream': `/${BRIEF}/QualityLevels(200000)/Fragments(subtitles=0)`,
    'no such level': `/${BRIEF}/QualityLevels(200001)/Fragments(video=0)`,
    'no level with the attribute': `/${BRIEF}/QualityLevels(200000,camera=2)/Fragments(video=0)`,
    'a time between two chunks': `/${BRIEF}/QualityLevels(200000)/Fragments(video=20000001)`,
    'a time after the end': `/${BRIEF}/QualityLevels(200000)/Fragments(video=100000000)`,
    'a generation that there is not': `/${BRIEF}/0123456789abcdef/QualityLevels(200000)/Fragments(video=0)`,
    'nothing like a presentation': '/favicon.ico',
    'the root': '/',
    'a media file, which is not given away': '/films/brief_200k.ismv',
  },
  400: {
    'an unknown noun': `/${BRIEF}/QualityLevels(200000)/Frames(video=0)`,
    'a bitrate that is no number': `/${BRIEF}/QualityLevels(high)/Fragments(video=0)`,
    'a bitrate too large': `/${BRIEF}/QualityLevels(4294967296)/Fragments(video=0)`,
    'a negative time': `/${BRIEF}/QualityLevels(200000)/Fragments(video=-1)`,
    'a time too large': `/${BRIEF}/QualityLevels(200000)/Fragments(video=18446744073709551616)`,
    'no stream': `/${BRIEF}/QualityLevels(200000)/Fragments(20000000)`,
    'an open parenthesis': `/${BRIEF}/QualityLevels(200000/Fragments(video=0)`,
    'what is no manifest': `/${BRIEF}/Nonsense`,
    'bytes that are no text': '/films/%ff.ism/Manifest',
    'a way up': '/films/%2e%2e%2fx.ism/Manifest',
    'a way about': `/${BRIEF}/x%2f..%2fManifest`,
    'an empty segment': `/${BRIEF}//Manifest`,
  },
  501: {
    'a fragment in another format': `/${BRIEF}/QualityLevels(200000)/Fragments(video=0,format=m3u8-aapl)`,
    'a manifest in another format': `/${BRIEF}/Manifest(format=f4m-f4f)`,
  },
};

for (const [status, cases] of Object.entries(REFUSED)) {
  for (const [what, path] of Object.entries(cases)) {
    test(`${what}: ${status}`, async () => {
      const answer = await edge.get(path);
      assert.equal(answer.status, Number(status), answer.text.slice(0, 200));
      assert.match(answer.headers['content-type'], /^text\/plain/);
      assert.ok(answer.text.trim().length > 10, 'it says nothing');
      assert.ok(answer.body.length < 400, `it says too much: ${answer.text}`);
      assert.equal(answer.headers['content-length'], String(answer.body.length));
      assert.ok(keptFor(answer) <= 10, answer.headers['cache-control']);
    });
  }
}

test('an error body does not grow with its request', async () => {
  const long = 'x'.repeat(4000);
  for (const path of [
    `/${BRIEF}/QualityLevels(200000)/Fragments(${long}=0)`,
    `/${BRIEF}/${long}`,
    `/films/${long.slice(0, 400)}.ism/Manifest`,
  ]) {
    const answer = await edge.get(path);
    assert.ok([400, 404].includes(answer.status), `${answer.status}`);
    assert.ok(answer.body.length <= 301, `${answer.body.length} bytes`);
  }
});

test('other methods: 405', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const answer = await edge.send(method, FRAGMENT);
    assert.equal(answer.status, 405, method);
    assert.match(answer.headers.allow, /\bGET\b/);
  }
});

/** For how many seconds a cache may keep an answer. */
function keptFor({ headers }) {
  const value = headers['cache-control'] ?? '';
  if (/\bno-store\b/.test(value)) return 0;
  if (/\bstale-(while-revalidate|if-error)=[1-9]/.test(value)) return Infinity;
  return Number(/\bmax-age=(\d+)/.exec(value)?.[1] ?? Infinity);
}
