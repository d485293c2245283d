// The library on the Experience page: search, folders and order, among thousands; posters of every shape; and where fragments
// of progressive MP4s come from.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { INDEXES, asOperator } from '../lib/admin.mjs';
import { photograph } from '../lib/browser.mjs';
import { DESK, PHONE, startExperience } from '../lib/experience.mjs';
import { SOUND, TALL, TALL_SIZE, WIDE, shapesFolder } from '../lib/shapes.mjs';

/** As many lines as KV lists at once, and more. */
const MANY = 2500;
const ALL = [WIDE, TALL, SOUND];

let experience;

before(async () => {
  experience = await startExperience(await shapesFolder());
  for (const presentation of ALL) {
    const { status, text } = await asOperator(experience.edge)('PUT', `${INDEXES}/${presentation}`);
    assert.equal(status, 200, text);
  }
});

after(() => experience?.close());

const names = (page) => page.locator('.card').evaluateAll((cards) => cards.map(({ dataset }) => dataset.presentation));

test('posters keep their shape, and sizes are with all pages', async () => {
  const opened = await experience.open(`?presentation=${SOUND}`, { viewport: PHONE });
  const { page, until } = opened;
  await page.locator(`.card[data-presentation="${TALL}"]`).scrollIntoViewIfNeeded();
  await until(
    'a frame that is higher than wide',
    ({ presentation, width, height }) => {
      const canvas = /** @type {HTMLCanvasElement} */ (
        document.querySelector(`.card[data-presentation="${presentation}"] canvas`)
      );
      return canvas.width === width && canvas.height === height && getComputedStyle(canvas).objectFit === 'contain';
    },
    { presentation: TALL, ...TALL_SIZE },
  );
  await photograph(page, 'experience-library-phone');
  const { indexes } = JSON.parse((await experience.edge.get('/_millrace/library')).text);
  const { index_bytes: whole } = indexes.find(({ presentation }) => presentation === TALL);
  const value = await experience.edge.INDEX.get(`index/${TALL}`, 'arrayBuffer');
  const pages = (await experience.edge.INDEX.list({ prefix: `page/${TALL}/` })).keys;
  const lengths = await Promise.all(
    pages.map(async ({ name }) => (await experience.edge.INDEX.get(name, 'arrayBuffer')).byteLength),
  );
  assert.equal(
    whole,
    lengths.reduce((sum, length) => sum + length, value.byteLength),
  );
  await page.getByText(`index ${(whole / 1000).toFixed(1)} kB`).waitFor();
  await opened.close();
});

for (const protocol of ['smooth', 'dash']) {
  test(`${protocol}: each run of a progressive MP4 that a fragment is made of is lit, and the moof is said to be made`, async () => {
    const opened = await experience.open(`?presentation=${TALL}&protocol=${protocol}&line=open`);
    const { page, until } = opened;
    await until('some fragments', () => document.querySelectorAll('#fragments tr').length > 4);
    await page.locator('#fragments tr', { hasText: '200 kb/s' }).first().getByRole('button').click();
    await until('its strip', () => document.querySelector('#strip .said') !== null);
    const { url, runs } = await page.evaluate(() => {
      const all = (selector) => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)]);
      const [whole] = document.querySelectorAll('#strip .file');
      return {
        url: all('#strip .said')[0].dataset.url,
        runs: [...whole.querySelectorAll('.lit')].map((lit) => {
          const { start, end } = /** @type {SVGElement} */ (lit).dataset;
          return [Number(start), Number(end)];
        }),
      };
    });
    assert.ok(runs.length > 1, 'video and audio are interleaved');
    const { body } = await experience.edge.get(new URL(url).pathname);
    const file = experience.edge.files.get('tall/tower.mp4');
    const lit = Buffer.concat(runs.map(([start, end]) => file.subarray(start, end)));
    assert.ok(Buffer.from(body).subarray(-lit.length).equals(lit), 'the runs are what lies in its mdat');
    assert.equal(Buffer.from(body).readUInt32BE(body.length - lit.length - 8), lit.length + 8, 'all of it');
    assert.match(
      await page.locator('#strip .said').textContent(),
      new RegExp(`^Fragment \\d of 5 is made of ${runs.length} runs`),
    );
    assert.ok((await page.locator('#strip .boxes .made').count()) >= 3);
    await opened.close();
  });
}

test('any address of this host is played, with its protocol and its clip; seeks and frames are in the record', async () => {
  const opened = await experience.open(`?presentation=${SOUND}&line=open`);
  const { page, until, record } = opened;
  const address = page.getByLabel('Any address of this host');
  await address.fill('https://elsewhere.example/films/wide.ism/Manifest');
  await address.press('Enter');
  await page.getByText(`That is no presentation of ${new URL(experience.edge.url).host}.`).waitFor();
  await address.fill(`${experience.edge.url.origin}/${WIDE}/master.m3u8?t=2;8`);
  await address.press('Enter');
  await until(
    'the clip',
    () => document.querySelector('video').duration > 5 && document.querySelector('video').duration < 7,
  );
  await until('some of it', () => document.querySelector('video').currentTime > 1);
  assert.match(page.url(), /protocol=hls.*query=t%3D2%3B8/);
  assert.equal(await page.locator('#presentation').inputValue(), WIDE);
  await until('frames', () => experience.record().samples.at(-1).frames > 5);
  await page.evaluate(() => (document.querySelector('video').currentTime = 4.5));
  await until('a seek', () => experience.record().marks.some(({ kind, to }) => kind === 'seek' && to === 4.5));
  const { marks } = await record();
  // At its end the clip begins again, which is no seek of a viewer's.
  assert.equal(marks.filter(({ kind, to }) => kind === 'seek' && to > 0.5).length, 1);
  await opened.close();
});

// The last one, as the library is full of what only seems to be an index then.
test('folders, search and order read no more of the list than is looked for', async () => {
  const { INDEX } = experience.edge;
  const entry = (n) => ({
    generation: '0123456789abcdef',
    tracks: 3,
    duration_ms: 1000 * (n + 1),
    bytes: 1000,
    index_bytes: 1000,
    built_at: `2026-01-01T00:00:${String(n % 60).padStart(2, '0')}Z`,
  });
  const key = (n) => `index/archive/${String(n).padStart(4, '0')}${n === MANY - 10 ? '-the needle' : ''}.ism`;
  for (let from = 0; from < MANY; from += 500)
    await Promise.all(
      Array.from({ length: 500 }, (_, n) => INDEX.put(key(from + n), 'x', { metadata: entry(from + n) })),
    );
  const opened = await experience.open(`?presentation=${WIDE}`, { viewport: DESK });
  const { page, until } = opened;
  const asked = [];
  page.on('request', (request) => /\/library\?/.test(request.url()) && asked.push(new URL(request.url()).search));
  await page.getByText('48 of the first 100; there are more.').waitFor();
  assert.equal((await names(page)).length, 48);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByText('96 of the first 100; there are more.').waitFor();
  assert.equal(asked.length, 0, 'what was read already is shown first');

  await page.getByLabel('Search').fill('needle');
  await page.getByText('1 presentation of 2,503.').waitFor();
  assert.deepEqual(await names(page), [key(MANY - 10).slice('index/'.length)]);
  assert.equal(asked.length, 3, 'a thousand lines at once');

  await page.getByLabel('Search').fill('');
  await page.getByLabel('Sorted by').selectOption('longest');
  await page.getByText('48 of 2,503.').waitFor();
  assert.equal((await names(page))[0], key(MANY - 1).slice('index/'.length));
  await photograph(page, 'experience-library-desk');

  await page.getByLabel('Sorted by').selectOption('name');
  await page.getByRole('button', { name: 'Folder films/' }).click();
  await until('its one', () => document.querySelectorAll('.card').length === 1);
  assert.deepEqual(await names(page), [WIDE]);
  assert.match(asked.at(-1), /prefix=films%2F/);
  await page.getByRole('navigation', { name: 'Folders' }).getByRole('button', { name: 'All' }).click();
  await page.getByText('48 of the first 100; there are more.').waitFor();
  await page.getByLabel('Search').fill('nothing of the sort');
  await page.getByText('0 presentations of 2,503.').waitFor();
  opened.forgive(/404/);
  await opened.close();
});
