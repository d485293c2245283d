// An audio description is called by its title, and told to be one, in the list of tracks that each player has; and plays when
// it is chosen, and not before.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SCRIPT, startBrowser } from '../lib/browser.mjs';
import { DESCRIBED, DESCRIPTION, MAIN, describedFolder } from '../lib/described.mjs';
import { startEdge } from '../lib/edge.mjs';

const ROLES = 'urn:mpeg:dash:role:2011';

/** How a page is given each player, and what it says of both tracks, the one that plays first. */
const PLAYERS = [
  {
    title: 'hls.js',
    manifest: 'master.m3u8',
    start: startHls,
    main: { label: MAIN.label, language: 'en' },
    description: {
      label: DESCRIPTION.label,
      language: 'en',
      purpose: 'public.accessibility.describes-video',
      isChosenBySystem: true,
    },
  },
  {
    title: 'dash.js',
    manifest: 'manifest.mpd',
    start: startDash,
    main: { label: MAIN.label, language: 'en', roles: [`${ROLES} main`] },
    description: {
      label: DESCRIPTION.label,
      language: 'en',
      roles: [`${ROLES} alternate`],
      purpose: `${ROLES} description`,
    },
  },
];

let browser;
let edge;

before(async () => {
  browser = await startBrowser([SCRIPT.hls, SCRIPT.dash]);
  edge = await startEdge(await describedFolder());
});

after(async () => {
  await edge?.close();
  await browser?.close();
});

/** These run in the page, and leave there what the player lists, which of it plays, and how another is chosen. */
function startHls(manifest) {
  const hls = new Hls();
  window.errors = [];
  hls.on(Hls.Events.ERROR, (_, { fatal, type, details }) => {
    if (fatal || (type !== 'mediaError' && details !== 'aborted')) window.errors.push(`${type} ${details}`);
  });
  window.sounds = () =>
    hls.audioTracks.map(({ name, lang, characteristics, autoselect, default: isDefault }) => ({
      label: name,
      language: lang,
      purpose: characteristics,
      isChosenBySystem: autoselect && !isDefault,
    }));
  window.sound = () => hls.audioTracks[hls.audioTrack]?.name;
  window.choose = (label) => {
    hls.audioTrack = hls.audioTracks.findIndex(({ name }) => name === label);
  };
  hls.loadSource(manifest);
  hls.attachMedia(video);
}

function startDash(manifest) {
  const player = dashjs.MediaPlayer().create();
  window.errors = [];
  for (const name of ['error', 'playbackError'])
    player.on(name, ({ error }) => window.errors.push(`${name}: ${error?.code} ${error?.message}`));
  const said = ({ schemeIdUri, value }) => `${schemeIdUri} ${value}`;
  window.sounds = () =>
    player.getTracksFor('audio').map(({ labels, lang, roles, accessibility }) => ({
      label: labels[0]?.text,
      language: lang,
      roles: roles.map(said),
      purpose: accessibility.map(said)[0],
    }));
  window.sound = () => player.getCurrentTrackFor('audio')?.labels[0]?.text;
  window.choose = (label) =>
    player.setCurrentTrack(player.getTracksFor('audio').find(({ labels }) => labels[0]?.text === label));
  player.initialize(video, manifest, true);
}

for (const { title, manifest, start, main, description } of PLAYERS) {
  test(`${title} lists an audio description as one, and plays it when it is chosen`, async () => {
    const { page, state, until } = await browser.open();
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.evaluate(() => {
      const video = document.querySelector('video');
      video.autoplay = true;
      const state = () => ({
        errors: window.errors,
        time: video.currentTime,
        sound: window.sound?.(),
        sounds: window.sounds?.(),
      });
      Object.assign(window, { video, state });
    });
    await page.evaluate(start, new URL(`/${DESCRIBED}/${manifest}`, edge.url).href);
    await until('it plays', () => video.currentTime > 0.5);
    const { sounds, sound } = await state();
    const listed = (label) => sounds.find((each) => each.label === label);
    assert.equal(sounds.length, 2);
    assert.deepEqual(within(listed(MAIN.label), main), main);
    assert.deepEqual(within(listed(DESCRIPTION.label), description), description);
    assert.notEqual(listed(MAIN.label).purpose, description.purpose);
    assert.equal(sound, MAIN.label);
    const isOfDescription = (url) => url.includes(`/${DESCRIPTION.name}/`) && url.includes('.m4s');
    assert.deepEqual(asked.filter(isOfDescription), [], 'unasked');

    await page.evaluate((label) => void window.choose(label), DESCRIPTION.label);
    await until('it is chosen', (label) => window.sound() === label, DESCRIPTION.label);
    const { time } = await state();
    await until('it goes on', (from) => video.currentTime > from + 0.5, time);
    assert.ok(asked.some(isOfDescription));
    assert.deepEqual((await state()).errors, []);
    await page.close();
  });
}

/** What is said of `track` in the words of `expected`. */
const within = (track, expected) => Object.fromEntries(Object.keys(expected).map((name) => [name, track[name]]));
