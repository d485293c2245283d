// The Experience page while something fails: what it says, and how it goes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { photograph } from '../lib/browser.mjs';
import { PHONE, startExperience } from '../lib/experience.mjs';
import { WIDE, shapesFolder } from '../lib/shapes.mjs';

/** Fragments and segments from so many seconds on. */
const FROM_SECONDS = 4;
const isLater = (/** @type {URL} */ url) => {
  const [, ticks] = /[=/](\d+)(?:\)|\.m4s)$/.exec(decodeURIComponent(url.pathname)) ?? [];
  return Number(ticks) >= FROM_SECONDS * 10_000_000;
};
const SENTENCE = 'storage failed to give films/wide.ismv: it is asleep';

let experience;

before(async () => {
  experience = await startExperience(await shapesFolder());
});

after(() => experience?.close());

/** Plays it without a service worker, so that the test can stand in for the origin. */
const open = (query, options = {}) => experience.open(query, { serviceWorkers: 'block', ...options });
const position = () => document.querySelector('video').currentTime;
const stalls = async (record) => (await record()).marks.filter(({ kind }) => kind === 'stall');

const OUTAGES = {
  smooth: {
    fail: (route) => route.fulfill({ status: 503, contentType: 'text/plain', body: SENTENCE }),
    says: `The origin answers 503: ${SENTENCE}.`,
  },
  hls: { fail: (route) => route.abort(), says: 'The origin cannot be reached.' },
};

for (const [protocol, { fail, says }] of Object.entries(OUTAGES)) {
  test(`${protocol}: a stall counts while it lasts, the origin’s sentence is shown, and playback goes on by itself`, async () => {
    const opened = await open(`?presentation=${WIDE}&protocol=${protocol}&line=open`);
    const { page, record, until } = opened;
    await page.route(isLater, fail);
    await until('the sentence', (words) => document.querySelector('#trouble').textContent.includes(words), says);
    await until('a stall', () => experience.record().marks.some(({ kind }) => kind === 'stall'));
    const [early] = await stalls(record);
    const stood = await page.evaluate(position);
    await until(
      'more of it',
      (ms) => experience.record().marks.find(({ kind }) => kind === 'stall').ms > ms + 300,
      early.ms,
    );
    assert.match(await page.locator('#figure-stalls').textContent(), /^1, \d+\.\d s$/);
    await photograph(page, `experience-outage-${protocol}`);
    await page.unroute(isLater);
    await until('more of the film', (seconds) => document.querySelector('video').currentTime > seconds + 1, stood);
    assert.ok(await page.locator('#trouble').isHidden());
    assert.ok((await stalls(record)).length > 0, 'the record goes on');
    opened.forgive(/503|ERR_FAILED|Service Worker registration blocked/);
    await opened.close();
  });
}

test('“Try again” goes on at once where it was', async () => {
  const opened = await open(`?presentation=${WIDE}&protocol=dash&line=open`);
  const { page, until } = opened;
  await page.route(isLater, (route) => route.fulfill({ status: 404, contentType: 'text/plain', body: 'not there' }));
  await until('a refusal', () => /answers 404: not there\./.test(document.querySelector('#trouble').textContent));
  await until(
    'all that there is',
    (seconds) => document.querySelector('video').currentTime > seconds - 1,
    FROM_SECONDS,
  );
  const stood = await page.evaluate(position);
  await page.unroute(isLater);
  await page.getByRole('button', { name: 'Try again' }).click();
  await until('more of the film', (seconds) => document.querySelector('video').currentTime > seconds + 1, stood);
  assert.ok(await page.locator('#trouble').isHidden());
  opened.forgive(/404|Service Worker registration blocked/);
  await opened.close();
});

test('an address of any length is said within the width of a phone', async () => {
  const name = `films/${'a'.repeat(250)}.ism`;
  const opened = await experience.open(`?presentation=${name}`, { viewport: PHONE });
  await opened.until('a refusal', (said) => document.querySelector('#trouble').textContent.includes(said), name);
  assert.equal(await opened.page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
  await photograph(opened.page, 'experience-refused-phone');
  opened.forgive(/404/);
  await opened.close();
});

test('an empty library says what to do, and is looked at again', async () => {
  const { edge } = experience;
  const stored = (await edge.INDEX.list({ prefix: 'index/' })).keys.map(({ name }) => name);
  const values = await Promise.all(stored.map((name) => edge.INDEX.get(name, 'arrayBuffer')));
  await Promise.all(stored.map((name) => edge.INDEX.delete(name)));
  const opened = await experience.open();
  const { page, until } = opened;
  await page.getByText('There is nothing to play yet.').waitFor();
  assert.ok(
    (await page.locator('#empty').innerText()).includes(
      `publish DIR --host ${new URL(edge.url).origin} --token-file token`,
    ),
  );
  assert.ok(await page.locator('video').isHidden());
  await photograph(page, 'experience-empty');
  await Promise.all(stored.map((name, at) => edge.INDEX.put(name, values[at])));
  await page.getByRole('button', { name: 'Look again' }).click();
  await until('what there is', () => document.querySelector('video').currentTime > 0.5);
  await opened.close();
});
