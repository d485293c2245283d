// The Experience page plays each protocol over a line that drops and recovers, and says of every fragment
// where its bytes are. What it says is held against the files.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createFile } from 'mp4box';
import { photograph } from '../lib/browser.mjs';
import { startExperience } from '../lib/experience.mjs';
import { SAMPLE, sampleFolder, sampleLevels } from '../lib/sample.mjs';

/** A lap of the curve: 12 s fast, 16 s at a tenth of it, and 31 s fast again. */
const LAP_SECONDS = 50;
/** A busy machine may stand still for a moment; a player that chose too high a level stands for longer. */
const MOST_STALLED_MS = 5000;
const URLS = {
  smooth: /\/sample\/sample\.ism\/[0-9a-f]{16}\/QualityLevels\(\d+\)\/Fragments\(video=\d+\)$/,
  dash: /\/sample\/sample\.ism\/[0-9a-f]{16}\/video\/\d+\/\d+\.m4s$/,
  hls: /\/sample\/sample\.ism\/[0-9a-f]{16}\/video\/\d+\/\d+\.m4s$/,
};

let experience;

before(async () => {
  experience = await startExperience(await sampleFolder());
});

after(() => experience?.close());

for (const [protocol, url] of Object.entries(URLS)) {
  test(`${protocol}: the level goes down with the line, and up again`, async (t) => {
    const opened = await experience.open(`?protocol=${protocol}&line=drop&lap=${LAP_SECONDS}`);
    const { page, record, until } = opened;
    await until('two seconds played', () => document.querySelector('video').currentTime > 2);
    await until('the line has dropped', () => experience.record().samples.some(({ line }) => line < 1e6));
    await until(
      'a low level on the screen',
      (highest) => experience.record().samples.at(-1).shown < highest / 2,
      3_000_000,
    );
    await until('the line has recovered', () => experience.record().samples.at(-1).line > 7e6);
    await until('a high level again', () => experience.record().samples.at(-1).shown >= 1_500_000);
    await photograph(page, `experience-${protocol}`, { fullPage: true });

    const { samples, marks, transfers } = await record();
    const dropped = samples.findIndex(({ line }) => line < 1e6);
    const before = Math.max(...samples.slice(0, dropped).map(({ shown }) => shown ?? 0));
    const low = Math.min(...samples.slice(dropped).map(({ shown }) => shown));
    assert.ok(before >= 1_500_000, `${before} on the fast line`);
    assert.ok(low <= 700_000, `${low} on the slow one`);
    const switches = marks.filter(({ kind }) => kind === 'switch');
    assert.ok(
      switches.some(({ from, to }) => to < from) && switches.some(({ from, to }) => to > from),
      'down and up are marked',
    );
    const stalls = marks.filter(({ kind }) => kind === 'stall');
    assert.ok(
      stalls.every(({ ms }) => ms < MOST_STALLED_MS),
      JSON.stringify(stalls),
    );

    const videos = transfers.filter(({ fragment, failed }) => fragment?.stream === 'video' && !failed);
    assert.ok(videos.length > 10);
    assert.ok(
      videos.every((one) => url.test(decodeURIComponent(one.url))),
      videos[0].url,
    );
    for (const { begunAt, firstByteAt, lastByteAt, place } of videos.filter((one) => one.lastByteAt !== undefined)) {
      assert.ok(begunAt <= firstByteAt && firstByteAt <= lastByteAt);
      assert.ok(['memory', 'kv', 'built', 'cache'].includes(place), place);
    }
    t.diagnostic(
      `${before} → ${low} → ${samples.at(-1).shown} bit/s, ${switches.length} switches, ${stalls.length} stalls, ${videos.length} fragments of video`,
    );
    await opened.close();
  });

  test(`${protocol}: the strip and the boxes are of the very bytes`, async () => {
    const opened = await experience.open(`?protocol=${protocol}&line=cable`);
    const { page, until } = opened;
    await until('some fragments', () => document.querySelectorAll('#fragments tr').length > 4);
    await page.locator('#fragments tr', { hasText: 'b/s' }).last().getByRole('button').click();
    await until('its strip', () => document.querySelector('#strip .said') !== null);
    assert.equal(await page.locator('#follow').isChecked(), false, 'the player is not followed any more');
    const { of, lit, boxes, said } = await page.evaluate(() => {
      const all = (selector) => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)]);
      const [words] = all('#strip .said');
      return {
        of: words.dataset.url,
        lit: { ...all('#strip .lit')[0].dataset },
        said: words.textContent,
        boxes: all('#strip .tree li').map(({ dataset }) => ({ ...dataset })),
      };
    });
    assert.match(said, /The entity tag of the answer names the same range/);
    const [, bitrate, start] = /(?:QualityLevels\(|video\/)(\d+)\)?\/(?:Fragments\(video=)?(\d+)/.exec(
      decodeURIComponent(of),
    );
    const level = sampleLevels().find((one) => one.stream === 'video' && one.bitrate === Number(bitrate));
    const fragment = level.fragments.find((one) => one.start === Number(start));
    assert.deepEqual(
      [Number(lit.start), Number(lit.end)],
      [fragment.offset, fragment.offset + fragment.bytes.length],
      'where codem-isoboxer finds it in the file',
    );
    assert.ok(level.source.endsWith(lit.source), lit.source);
    const { body } = await experience.edge.get(new URL(of).pathname);
    assert.deepEqual(
      boxes.map(({ type, start, size }) => [type, Number(start), Number(size)]),
      boxesOf(body),
    );
    await opened.close();
  });
}

test('without a service worker nothing is held up, and the page says so', async () => {
  const opened = await experience.open('?line=mobile', {}, () => {
    Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
  });
  const { page, until, record } = opened;
  await until('a second played', () => document.querySelector('video').currentTime > 1);
  assert.match(await page.locator('#pacing').textContent(), /nothing is held up/);
  assert.ok(await page.locator('#speed').isDisabled());
  const { samples, transfers } = await record();
  assert.ok(samples.every(({ line }) => line === null));
  assert.ok(transfers.some(({ fragment, bytes }) => fragment?.stream === 'video' && bytes > 0));
  await opened.close();
});

test('a presentation that is not there is not played, nor another in its place; in a browser without a language', async () => {
  const opened = await experience.open('?presentation=nowhere/film.ism', {}, () => {
    Object.defineProperty(navigator, 'language', { value: 'en-US@posix', configurable: true });
  });
  const { page, until } = opened;
  await until('a message', () => document.querySelector('#trouble').textContent.includes('nowhere/film.ism'));
  assert.equal(await page.locator('#presentation').inputValue(), 'nowhere/film.ism');
  assert.equal(await page.evaluate(() => document.querySelector('video').readyState), 0);
  await page.locator('#trouble button').click();
  await until('the same again', () => document.querySelector('#trouble').textContent.includes('nowhere/film.ism'));
  await page.locator('#presentation').selectOption(SAMPLE);
  await until('what there is', () => document.querySelector('video').currentTime > 0.5);
  assert.ok(await page.locator('#trouble').isHidden());
  opened.forgive(/404/);
  await opened.close();
});

/** What mp4box.js says of the same bytes, each box before what is in it. */
function boxesOf(bytes) {
  const file = createFile();
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  file.appendBuffer(Object.assign(buffer, { fileStart: 0 }));
  file.flush();
  const walk = (boxes) => boxes.flatMap((box) => [[box.type, box.start, box.size], ...walk(box.boxes ?? [])]);
  return walk(file.boxes);
}
