// The library on the Experience page, and what becomes of it when an operator indexes again and purges.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TOKEN } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { photograph } from '../lib/browser.mjs';
import { startExperience } from '../lib/experience.mjs';
import { replacement } from '../lib/replacement.mjs';

let experience;

before(async () => {
  experience = await startExperience(await briefFolder(), { vars: { CACHE_API: 'auto' } });
});

after(() => experience?.close());

const shown = async () => JSON.parse((await experience.edge.get(`/_millrace/library/${BRIEF}`)).text);
/** A canvas is 300 wide as long as nothing is on it, and the lowest level 320. Runs in the page. */
const isDrawn = () => /** @type {HTMLCanvasElement} */ (document.querySelector('.card canvas')).width === 320;
const allFetched = () =>
  document.querySelector('video').buffered.length === 1 && document.querySelector('video').buffered.end(0) > 9.9;
const card = (page) => page.locator(`.card[data-presentation="${BRIEF}"]`);

test('a presentation is shown with a frame of it, its figures, and addresses that play', async () => {
  const opened = await experience.open();
  const { page, until } = opened;
  await card(page).scrollIntoViewIfNeeded();
  await until('a frame of it', isDrawn);
  assert.ok(await page.locator('#folders').isHidden(), 'a folder with everything in it narrows nothing');
  const shades = await page.evaluate(() => {
    const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('.card canvas'));
    return new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size;
  });
  assert.ok(shades > 50, `${shades} shades`);
  const { index, index_bytes: length } = await shown();
  assert.match(
    await card(page).innerText(),
    new RegExp(
      `0:10 · 3 tracks · .* · index ${length < 1000 ? `${length} B` : `${(length / 1000).toFixed(1)} kB`}[^]*${index.generation}`,
    ),
  );

  await page.getByRole('button', { name: `Details of ${BRIEF}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(index.generation).waitFor();
  for (const { src } of LEVELS) assert.ok((await dialog.innerText()).includes(src), src);
  assert.equal(await dialog.locator('.chunks').first().locator('rect').count(), index.streams[0].chunks);
  const urls = await dialog.locator('.urls code').allInnerTexts();
  assert.deepEqual(
    urls.map((url) => new URL(url).pathname),
    ['Manifest', 'manifest.mpd', 'master.m3u8'].map((name) => `/${BRIEF}/${name}`),
  );
  for (const url of urls) assert.equal((await experience.edge.get(new URL(url).pathname)).status, 200, url);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await dialog.getByRole('button', { name: 'Copy the address for HLS' }).click();
  await dialog.getByText('Copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), urls[2]);
  assert.equal(await dialog.getByRole('button', { name: 'Purge' }).count(), 0, 'not without the token');

  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(
    await page.evaluate(() => document.activeElement.ariaLabel),
    `Details of ${BRIEF}`,
    'the focus is where it was',
  );
  await opened.close();
});

test('what an operator does is seen at once', async () => {
  const opened = await experience.open();
  const { page, until } = opened;
  await page.getByLabel('Admin token').fill('not-the-token');
  await page.getByRole('button', { name: 'Use it' }).click();
  await page.getByText('It is not the token of this deployment.').waitFor();
  // The refusal is the browser's to log, and expected.
  opened.forgive(/401/);
  await page.getByLabel('Admin token').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.getByText('It opens the admin API.').waitFor();

  const { index: before } = await shown();
  await page.getByRole('button', { name: `Details of ${BRIEF}` }).click();
  const dialog = page.getByRole('dialog');
  const log = dialog.locator('#detail-log li').first();
  const said = async (pattern) => {
    await page.waitForFunction(
      ([source]) => new RegExp(source).test(document.querySelector('#detail-log li')?.textContent),
      [pattern.source],
    );
    return log.innerText();
  };

  // Nothing is asked for any more, neither of the files that are replaced now, nor of the index that is forgotten below.
  await until('all of it fetched', allFetched);
  await experience.edge.MEDIA.put(`films/${LEVELS[0].src}`, await replacement());
  await dialog.getByRole('button', { name: 'Index again' }).click();
  const [, after] = /generation ([0-9a-f]{16}) is in place/.exec(await said(/is in place/));
  assert.notEqual(after, before.generation);
  assert.equal((await shown()).index.generation, after);
  await dialog.locator('#detail-state', { hasText: after }).waitFor();
  await card(page).getByText(after).waitFor();

  await until('a frame of the new generation', isDrawn);
  await until(
    'the new generation playing',
    (generation) =>
      window.experience.record().transfers.some(({ url, lastByteAt }) => url.includes(generation) && lastByteAt),
    after,
  );
  await until('all of that fetched', allFetched);
  await dialog.getByRole('button', { name: 'Purge' }).click();
  await said(/manifests are out of this data centre’s cache/);
  await dialog.locator('#detail-state', { hasText: 'no index' }).waitFor();
  await card(page).waitFor({ state: 'detached' });
  assert.deepEqual(
    (await experience.edge.INDEX.list({ prefix: 'index/' })).keys.filter(({ name }) => name.endsWith(BRIEF)),
    [],
  );
  opened.forgive(/404/);
  await photograph(page, 'experience-purged');

  await dialog.getByRole('button', { name: 'Ask as a viewer' }).click();
  assert.ok((await said(/the index was built in \d+ ms/)).includes(after), 'of the same files the same generation');
  await dialog.locator('#detail-state', { hasText: after }).waitFor();
  await card(page).getByText(after).waitFor();

  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Forget it' }).click();
  await page.getByRole('button', { name: `Details of ${BRIEF}` }).click();
  await dialog.getByText(after).waitFor();
  assert.equal(await dialog.getByRole('button', { name: 'Purge' }).count(), 0);
  await opened.close();
});
