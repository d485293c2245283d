// The Experience page where it is switched on: its assets, their headers, and the door to the library. And
// where it is not, that nothing tells of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { INDEXES, TOKEN, VARS, asOperator } from '../lib/admin.mjs';
import { BRIEF, briefFolder } from '../lib/brief.mjs';
import { startEdge } from '../lib/edge.mjs';

const LIBRARY = '/_millrace/library';
const PARTS = '/_millrace/experience';
const MEDIA = `/${BRIEF}/Manifest`;
const FOR_EVER = 'public, max-age=31536000, immutable';

describe('on', () => {
  let edge;

  before(async () => {
    edge = await startEdge(await briefFolder(), { vars: { ...VARS, EXPERIENCE: 'on' } });
  });

  after(() => edge?.close());

  test('the page says what it may load, and is asked for again each time', async () => {
    const { status, headers, text } = await edge.get('/');
    assert.equal(status, 200);
    assert.match(headers['content-type'], /^text\/html/);
    assert.equal(headers['cache-control'], 'public, max-age=0, must-revalidate');
    assert.deepEqual(headers['content-security-policy'].split('; ').sort(), [
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self'",
      'media-src blob:',
      "script-src 'self'",
      "style-src 'self'",
      "worker-src 'self'",
    ]);
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal((await edge.get('/', { 'if-none-match': headers.etag })).status, 304);
    assert.ok(!/\sstyle=|<style|<script>|\son\w+=|https?:/.test(text), 'nothing inline, nothing of another host');
  });

  test('what it is made of has digests in its names and is kept for ever', async () => {
    const { text } = await edge.get('/');
    const named = [...text.matchAll(/<(?:link|script)[^>]* (?:href|src)="(\/[^"]+)"/g)].map(([, url]) => url);
    assert.equal(named.length, 3);
    const types = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
    for (const url of named) {
      assert.match(url, /^\/_millrace\/experience\/\w+-[A-Z0-9]{8}\.(js|css|svg)$/);
      const { status, headers } = await edge.get(url);
      assert.equal(status, 200, url);
      assert.equal(headers['cache-control'], FOR_EVER, url);
      assert.equal(headers['content-type'].split(';')[0], types[url.split('.').at(-1)], url);
      assert.equal(headers['x-content-type-options'], 'nosniff', url);
    }
  });

  test('it hands on the licences of what others have written', async () => {
    const [, url] = /<a href="([^"]+)">Licences/.exec((await edge.get('/')).text);
    const { status, headers, text } = await edge.get(url);
    assert.equal(status, 200);
    assert.match(headers['content-type'], /^text\/plain/);
    for (const name of ['dashjs', 'hls.js', 'uplot']) assert.match(text, new RegExp(`^${name}, LICENSE`, 'm'));
    assert.match(text, /Leon Sorokin/);
  });

  test('the service worker may have the whole host in hand, and is never kept', async () => {
    const { status, headers } = await edge.get(`${PARTS}/pacer.js`);
    assert.equal(status, 200);
    assert.equal(headers['service-worker-allowed'], '/');
    assert.equal(headers['cache-control'], 'public, max-age=0, must-revalidate');
    assert.equal(headers['content-security-policy'], "default-src 'none'; connect-src 'self'");
  });

  test('what is not there is not kept', async () => {
    const { status, headers } = await edge.get(`${PARTS}/main-AAAAAAAA.js`);
    assert.equal(status, 404);
    assert.notEqual(headers['cache-control'], FOR_EVER);
  });

  test('media, and everything else, are the Worker’s', async () => {
    const { status, headers, text } = await edge.get(MEDIA);
    assert.equal(status, 200);
    assert.match(text, /<SmoothStreamingMedia/);
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.equal(headers['content-security-policy'], undefined);
    for (const path of ['/index.html', '/_headers', '/films', '/index', '/nothing']) {
      const got = await edge.get(path);
      assert.equal(got.status, 404, path);
      assert.ok(!got.text.includes('<html'), path);
    }
  });

  test('anybody may look at the library, and at nothing more', async () => {
    const listing = JSON.parse((await edge.get(LIBRARY)).text);
    assert.deepEqual(listing, JSON.parse((await asOperator(edge)('GET', INDEXES)).text));
    assert.deepEqual(
      listing.indexes.map(({ presentation }) => presentation),
      [BRIEF],
    );
    const { status, headers, text } = await edge.get(`${LIBRARY}/${BRIEF}`);
    assert.equal(status, 200);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['access-control-allow-origin'], undefined);
    const shown = JSON.parse(text);
    const whole = JSON.parse((await asOperator(edge)('GET', `${INDEXES}/${BRIEF}`)).text);
    assert.deepEqual([shown.index.generation, shown.index.sources], [whole.generation, whole.sources]);
    assert.deepEqual(
      shown.index.streams.map(({ name, chunks, first, tracks }) => [
        name,
        chunks,
        first,
        tracks.map(({ bitrate }) => bitrate),
      ]),
      whole.streams.map(({ name, chunks, tracks }) => [
        name,
        chunks.length,
        chunks[0],
        tracks.map(({ bitrate }) => bitrate),
      ]),
    );
    const [
      {
        name,
        chunks,
        tracks: [
          {
            bitrate,
            media: { fragments },
          },
        ],
      },
    ] = whole.streams;
    const stretch = JSON.parse(
      (await edge.get(`${LIBRARY}/${BRIEF}?stream=${name}&bitrate=${bitrate}&from=${chunks[2][0]}`)).text,
    );
    assert.deepEqual(stretch, {
      generation: whole.generation,
      stream: name,
      number: 2,
      chunks: chunks.slice(2),
      fragments: fragments.slice(2),
      next: null,
    });
    for (const [query, status] of /** @type {[query: string, status: number][]} */ ([
      ['?stream=none', 404],
      [`?stream=${name}&bitrate=1`, 404],
      ['?from=0', 400],
      ['?token=x', 400],
    ])) {
      assert.equal((await edge.get(`${LIBRARY}/${BRIEF}${query}`)).status, status, query);
    }
    assert.equal(
      shown.index_bytes,
      (
        await edge.INDEX.get(
          (await edge.INDEX.list()).keys.find(({ name }) => name.endsWith(BRIEF)).name,
          'arrayBuffer',
        )
      ).byteLength,
    );
    for (const method of ['PUT', 'DELETE', 'POST']) {
      assert.equal(
        (await edge.send(method, `${LIBRARY}/${BRIEF}`, { authorization: `Bearer ${TOKEN}` })).status,
        405,
        method,
      );
    }
    assert.equal((await edge.get(INDEXES)).status, 401);
  });
});

for (const [how, vars] of Object.entries({ 'left out': {}, off: { EXPERIENCE: 'off' } })) {
  test(`${how}: there is no page and no door, with a token or without`, async () => {
    const edge = await startEdge(await briefFolder(), { vars: { ...VARS, ...vars } });
    try {
      const { text: built } = await edge.get(`${PARTS}/pacer.js`);
      assert.equal(
        built,
        (await edge.get('/_millrace/nothing-of-the-sort')).text,
        'what it is made of is not there either',
      );
      const nothing = await edge.get('/nothing-of-the-sort');
      assert.equal(nothing.status, 404);
      for (const path of ['/', LIBRARY, `${LIBRARY}/${BRIEF}`, `${LIBRARY}?limit=0`, `${LIBRARY}/nothing.ism`]) {
        for (const headers of [{}, { authorization: `Bearer ${TOKEN}` }]) {
          const { status, text, headers: said } = await edge.get(path, headers);
          assert.equal(status, 404, path);
          assert.equal(text, nothing.text, path);
          assert.equal(said['content-type'], nothing.headers['content-type'], path);
        }
      }
      assert.equal((await edge.get(MEDIA)).status, 200);
    } finally {
      await edge.close();
    }
  });
}

test('any other word is refused', async () => {
  const edge = await startEdge(undefined, { vars: { EXPERIENCE: 'yes' } });
  try {
    assert.equal((await edge.get('/')).status, 500);
  } finally {
    await edge.close();
  }
});
