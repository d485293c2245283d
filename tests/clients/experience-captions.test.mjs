// Captions on the Experience page, with each protocol; and a film whose text ends before its video does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CAPTIONS, GERMAN, SAID, captionsFolder } from '../lib/captions.mjs';
import { photograph } from '../lib/browser.mjs';
import { startExperience } from '../lib/experience.mjs';

const PROTOCOLS = ['smooth', 'dash', 'hls'];
/** A caption is drawn a moment after its time. */
const LATE_SECONDS = 0.6;

let experience;

before(async () => {
  experience = await startExperience(await captionsFolder());
});

after(() => experience?.close());

/** What is over the picture, and when; runs in the page. */
const over = () => ({
  lines: [...document.querySelectorAll('#captions span')].map(({ textContent }) => textContent),
  language: document.getElementById('captions').lang,
  time: document.querySelector('video').currentTime,
});
const number = (lines) => Number(/\d+/.exec(lines[0])[0]);

test('captions are over the picture, with each protocol in the language that was chosen once', async () => {
  const opened = await experience.open(`?presentation=${CAPTIONS}&protocol=${PROTOCOLS[0]}&line=open`);
  const { page, until } = opened;
  for (const [at, protocol] of PROTOCOLS.entries()) {
    if (at > 0) await page.locator('#protocol label').nth(at).click();
    await until(`captions offered by ${protocol}`, () => document.querySelectorAll('#caption option').length === 4);
    if (at === 0) {
      assert.deepEqual((await page.evaluate(over)).lines, [], 'none as long as nobody wants them');
      await page.locator('#caption').selectOption({ label: 'German' });
    }
    for (const { begin, number: wanted } of SAID.slice(1, 3)) {
      await page.evaluate((to) => (document.querySelector('video').currentTime = to), begin - 0.5);
      await until(
        `caption ${wanted} with ${protocol}`,
        (what) => document.querySelector('#captions')?.textContent.includes(what),
        `Nummer ${wanted}`,
      );
      const { lines, language, time } = await page.evaluate(over);
      assert.deepEqual([lines, language], [[`Nummer ${wanted}`, 'fünf < sechs'], 'de']);
      const said = SAID.find((one) => one.number === number(lines));
      assert.ok(time >= said.begin - 0.1 && time <= said.end + LATE_SECONDS, `${protocol}: ${lines[0]} at ${time}`);
    }
    if (at === 0) await photograph(page, 'experience-captions');
    await until(`silence with ${protocol}`, () => document.querySelector('#captions').textContent === '');
  }
  await page.locator('#caption').selectOption({ label: 'None' });
  await page.evaluate((to) => (document.querySelector('video').currentTime = to), SAID[0].begin);
  await until(
    'a moment at which something is said',
    ({ begin }) => document.querySelector('video').currentTime > begin + 0.7,
    SAID[0],
  );
  assert.deepEqual((await page.evaluate(over)).lines, []);
  await opened.close();
});

for (const protocol of PROTOCOLS) {
  test(`${protocol}: captions that fail are turned off, with a message, and the film goes on`, async () => {
    // Without a service worker, requests of the page itself can be refused here.
    const opened = await experience.open(`?presentation=${CAPTIONS}&protocol=${protocol}&line=open`, {
      serviceWorkers: 'block',
    });
    const { page, until } = opened;
    const ofGerman = new RegExp(`${GERMAN.name}(/|=).*\\d`);
    await page.route(ofGerman, (route) => route.fulfill({ status: 502, body: 'the stored media cannot be read' }));
    await until('captions offered', () => document.querySelectorAll('#caption option').length === 4);
    await page.locator('#caption').selectOption({ label: 'German' });
    await until('a message', () =>
      document.querySelector('#trouble').textContent.startsWith('These captions cannot be had now.'),
    );
    assert.equal(await page.locator('#caption').inputValue(), '');
    await page.evaluate(() => (document.querySelector('video').currentTime = 8));
    await until('more of the film', () => document.querySelector('video').currentTime > 12);
    opened.forgive(/502|Service Worker registration blocked/);
    await opened.close();
  });
}

for (const protocol of PROTOCOLS) {
  test(`${protocol}: a film begins again at its end`, async () => {
    const opened = await experience.open(`?presentation=${CAPTIONS}&protocol=${protocol}&line=open`);
    await opened.until(
      'all of it fetched',
      () => document.querySelector('video').duration > 19 && document.querySelector('video').buffered.length > 0,
    );
    await opened.page.evaluate(
      () => (document.querySelector('video').currentTime = document.querySelector('video').duration - 1.5),
    );
    await opened.until(
      'the start',
      () => document.querySelector('video').currentTime > 0 && document.querySelector('video').currentTime < 5,
    );
    await opened.close();
  });
}
