// The Experience page where a library is closed: an address with a token plays, in each protocol and after a reload, with its
// filter and its clip, all of which the page's own address holds; and refusals are told in the origin's words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { asOperator } from '../lib/admin.mjs';
import { BRIEF, LEVELS, briefFolder } from '../lib/brief.mjs';
import { startExperience } from '../lib/experience.mjs';
import { CLOSED, token } from '../lib/signed.mjs';

const SELECTED = `filter=type!="video"||systemBitrate<=${LEVELS[0].bitrate}&t=2;8`;
const PROTOCOLS = ['hls', 'dash', 'smooth'];

let experience;

before(async () => {
  experience = await startExperience(await briefFolder(), { vars: CLOSED });
});

after(() => experience?.close());

/** Whether the clip plays, which is shorter than the film. */
const isPlaying = (seconds) => {
  const video = document.querySelector('video');
  return Math.abs(video.duration - seconds) < 1 && video.currentTime > 0 && video.readyState > 2;
};

test('an address with a token, a filter and a clip plays in each protocol, and after a reload', async () => {
  const opened = await experience.open(`?presentation=${BRIEF}&line=open`);
  const { page, until } = opened;
  await page.getByText('The origin answers 403: this is not open to you.').waitFor();
  const given = `/hdntl=${token()}`;
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url())));
  const address = page.getByLabel('Any address of this host');
  await address.fill(`${given}/${BRIEF}/master.m3u8?${SELECTED}`);
  await address.press('Enter');
  for (const protocol of PROTOCOLS) {
    if (protocol !== 'hls') await page.locator(`[name="protocol"][value="${protocol}"]`).check({ force: true });
    asked.length = 0;
    if (protocol === 'dash') await page.reload();
    await until(`the clip as ${protocol}`, isPlaying, 6);
    await until('a fragment in the table', () => document.querySelectorAll('#fragments tr').length > 1);
    await until('its strip', () => document.querySelector('#strip .said') !== null);
    const said = new URL(page.url()).searchParams;
    assert.deepEqual(
      ['protocol', 'token'].map((name) => said.get(name)),
      [protocol, given],
    );
    assert.equal(decodeURIComponent(said.get('query')), SELECTED);
    const media = asked.map(({ pathname }) => pathname).filter((path) => /\/Fragments\(|\.m4s$/.test(path));
    const [, high] = LEVELS;
    assert.deepEqual(
      media.filter((path) => path.includes(`/${high.bitrate}/`) || path.includes(`(${high.bitrate})`)),
      [],
      'the filter holds',
    );
    assert.ok(media.some((path) => path.startsWith(given)));
  }
  opened.forgive(/403/);
  await opened.close();
});

test('stored filters stay in the page’s address; what is not there, or not understood, is told', async () => {
  const tracks = [{ trackSelections: [{ property: 'Type', operation: 'Equal', value: 'Audio' }] }];
  const put = await asOperator(experience.edge)(
    'PUT',
    '/_millrace/filters/heard',
    Buffer.from(JSON.stringify({ tracks })),
  );
  assert.equal(put.status, 200, put.text);
  const opened = await experience.open(`?presentation=${BRIEF}&line=open`);
  const { page, until } = opened;
  const address = page.getByLabel('Any address of this host');
  const given = `/hdntl=${token()}/${BRIEF}`;
  for (const [asked, says] of [
    ['manifest(format=m3u8-cmaf,filter=unheard)', /^The origin answers 404: /],
    ['manifest.mpd?filter=MaxHeight', /^The origin answers 400: /],
  ]) {
    await address.fill(`${given}/${asked}`);
    await address.press('Enter');
    await page.locator('#trouble', { hasText: says }).waitFor();
  }
  await address.fill(`${given}/manifest(format=mpd-time-csf,filter=heard)`);
  await address.press('Enter');
  await until('all of it, heard alone', isPlaying, 10);
  assert.equal(await page.evaluate(() => document.querySelector('video').videoWidth), 0);
  const said = new URL(page.url()).searchParams;
  assert.deepEqual([said.get('filter'), said.get('protocol')], ['heard', 'dash']);
  opened.forgive(/40[034]/);
  await opened.close();
});
