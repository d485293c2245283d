// A visitor's own files on the Experience page: what the core makes of them in the browser, and that nothing of them
// leaves it.
import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { local } from '../../scripts/lib/project.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { photograph } from '../lib/browser.mjs';
import { millrace } from '../lib/cli.mjs';
import { DESK, PHONE, startExperience } from '../lib/experience.mjs';

const GIB = 2 ** 30;

let experience;
let films;
let scratch;
let axe;

before(async () => {
  const folder = await briefFolder();
  films = path.join(folder, 'films');
  experience = await startExperience(folder);
  scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-explain-'));
  axe = await readFile(local('node_modules/axe-core/axe.min.js'), 'utf8');
});

after(async () => {
  await experience?.close();
  if (scratch) await rm(scratch, { recursive: true });
});

const film = (name) => path.join(films, name);
const written = async (name, bytes) => {
  await writeFile(path.join(scratch, name), bytes);
  return path.join(scratch, name);
};

/** Opens the page, and takes note of what it sends. */
async function opened(viewport = DESK) {
  const it = await experience.open('', { viewport });
  const { page } = it;
  const sent = [];
  page
    .context()
    .on('request', (request) => sent.push({ method: request.method(), body: request.postDataBuffer()?.length ?? 0 }));
  const said = () => page.locator('#explain-said').textContent();
  const forget = () => page.evaluate(() => document.querySelector('#explain-said').replaceChildren());
  return {
    ...it,
    said,
    async choose(...files) {
      await forget();
      await page.getByLabel('Drop files').setInputFiles(files);
      await page.getByText(/read in .* nothing sent/).waitFor();
    },
    /** Drops files that the page makes of these bytes. */
    async drop(files) {
      const given = files.map(([name, bytes]) => [name, [...bytes]]);
      await forget();
      await page.evaluate((given) => {
        const dataTransfer = new DataTransfer();
        for (const [name, bytes] of given) dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
        for (const type of ['dragover', 'drop'])
          document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      }, given);
      await page.getByText(/read in .* nothing sent/).waitFor();
    },
    finding: (name) => page.locator('.finding', { has: page.getByRole('heading', { name, exact: true }) }),
    async close() {
      assert.deepEqual(
        sent.filter(({ method, body }) => method !== 'GET' || body > 0),
        [],
      );
      await it.close();
    },
  };
}

const checked = async (file) => JSON.parse((await millrace('check', '--json', file)).stdout);

for (const [device, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
  test(`${device}: good, broken and missing files are told apart`, async () => {
    const it = await opened(viewport);
    const { page, finding } = it;
    const shoot = async (name) => {
      await page.locator('#explain').scrollIntoViewIfNeeded();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), viewport.width);
      await page
        .locator('#explain')
        .screenshot({ path: local(`target/tests/screenshots/explain-${name}-${device}.png`) });
    };
    await photograph(page, `explain-none-${device}`);

    const names = [path.basename(BRIEF), ...LEVELS.map(({ src }) => src)];
    await it.choose(...names.map(film));
    const whole = finding('brief.ism');
    const text = await whole.innerText();
    assert.match(text, /^brief\.ism\n+Can be served, its fragments as they are · 0:10 · 3 tracks · 4 files · /);
    const { index } = JSON.parse((await experience.edge.get(`/_millrace/library/${BRIEF}`)).text);
    const tracks = await whole.locator('.tracks li').allInnerTexts();
    assert.equal(tracks.length, LEVELS.length);
    for (const { kind, src, size } of LEVELS) {
      const of = tracks.find((track) => track.includes(src));
      const { chunks } = index.streams.find(({ type }) => type === kind);
      assert.match(
        of,
        new RegExp(`^${kind}[^]*${size ?? '48000 Hz'}[^]*${chunks} chunks of [^]*fragments as they are stored`),
      );
    }
    assert.equal(await page.locator('.finding').count(), 1, 'its files are told of with it');
    const [, read, all] = /of ([\d.]+) kB: ([\d.]+) kB of it read/.exec(await it.said()) ?? [];
    assert.ok(Number(all) > 0 && Number(all) < Number(read), await it.said());
    await shoot('good');
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run('#explain', { resultTypes: ['violations'] }));
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`),
      [],
    );

    const bytes = await readFile(film(LEVELS[0].src));
    const cut = await written('cut.ismv', bytes.subarray(0, 900));
    const { refused } = await checked(cut);
    await it.drop([
      ['cut.ismv', bytes.subarray(0, 900)],
      ['notes.mp4', Buffer.from('no film')],
      ['good.ismv', bytes],
    ]);
    assert.equal(await page.locator('.finding').count(), 3);
    assert.ok((await finding('cut.ismv').innerText()).includes(refused.why), refused.why);
    assert.match(await finding('cut.ismv').innerText(), /Would be refused/);
    assert.match(await finding('notes.mp4').innerText(), /It is text, not MP4/);
    assert.match(await finding('good.ismv').innerText(), /Can be served, its fragments as they are · 1 track/);
    await shoot('broken');

    await it.choose(film('brief.ism'), film(LEVELS[1].src));
    const alone = await finding('brief.ism').innerText();
    assert.match(alone, /Would be refused/);
    assert.match(
      alone,
      /It names 2 files that were not dropped\. Drop it again along with:\s+brief_200k\.ismv\s+brief\.isma/,
    );
    assert.match(await finding(LEVELS[1].src).innerText(), /Can be served/);
    await shoot('missing');
    await it.close();
  });
}

test('levels without a server manifest are given one', async () => {
  const it = await opened();
  await it.choose(...LEVELS.map(({ src }) => film(src)));
  const together = it.finding('All together');
  assert.match(await together.innerText(), /They are levels of one presentation/);
  const download = it.page.waitForEvent('download');
  await together.getByRole('button', { name: 'Save the .ism' }).click();
  const manifest = await readFile(await (await download).path(), 'utf8');
  for (const { src } of LEVELS) assert.ok(manifest.includes(`src="${src}"`), manifest);
  await it.page.locator('#explain').screenshot({ path: local('target/tests/screenshots/explain-together.png') });
  await it.close();
});

test('of a file of six gigabytes only its boxes are read', async () => {
  const it = await opened();
  // A box of nothing that anybody reads, behind all that is there.
  const large = await written('large.ismv', await readFile(film(LEVELS[0].src)));
  const file = await open(large, 'r+');
  const { size } = await file.stat();
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1, 0);
  head.write('free', 4);
  head.writeBigUInt64BE(BigInt(6 * GIB - size), 8);
  await file.write(head, 0, head.length, size);
  await file.truncate(6 * GIB);
  await file.close();
  await it.choose(large);
  assert.match(await it.finding('large.ismv').innerText(), /Can be served, .* · 6\.4 GB/);
  assert.match(await it.said(), /1 file of 6\.4 GB: \d\d\.\d kB of it read/);
  await it.close();
});

test('whatever files are, there is an end to it', async () => {
  const it = await opened();
  const seeds = local('fuzz/seeds/scan');
  const names = await readdir(seeds);
  await it.drop(await Promise.all(names.map(async (name) => [`${name}.mp4`, await readFile(path.join(seeds, name))])));
  const found = await it.page.locator('.finding h3').allInnerTexts();
  assert.deepEqual(
    found.filter((name) => name !== 'All together'),
    names.map((name) => `${name}.mp4`).sort(),
  );
  await it.close();
});

test('a file that was changed since it was chosen is told of', async () => {
  const it = await opened();
  const changed = await written('changed.mp4', await readFile(film(LEVELS[0].src)));
  await it.page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'other' }));
  });
  await it.page.locator('#other').setInputFiles(changed);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await writeFile(changed, 'something else');
  await it.page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(/** @type {HTMLInputElement} */ (document.querySelector('#other')).files[0]);
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
  });
  await it.page.getByText(/nothing sent/).waitFor();
  assert.match(
    await it.finding('changed.mp4').innerText(),
    /Could not be read\s+changed\.mp4 cannot be read: the browser is not let to it, or it was changed after it was chosen \(Not\w+Error\)\./,
  );
  await it.close();
});
