// A small player: dash.js with its Smooth Streaming plugin, and buttons for the levels.
const manifests = await (await fetch('manifests.json')).json();
const at = (id) => document.getElementById(id);
const video = document.querySelector('video');

at('presentations').append(...manifests.map((url) => new Option(decodeURIComponent(new URL(url).pathname), url)));
at('presentations').hidden = manifests.length < 2;
at('presentations').value = new URLSearchParams(location.search).get('url') ?? manifests[0];
at('presentations').addEventListener('change', ({ target }) => open(target.value));

const player = dashjs.MediaPlayer().create();
player.initialize(video, null, true);
player.on('error', ({ error }) => (at('error').textContent = error.message ?? String(error)));
player.on('streamInitialized', showLevels);
player.on('qualityChangeRendered', showNow);
setInterval(showNow, 500);
open(at('presentations').value);

function open(url) {
  at('url').textContent = url;
  at('error').textContent = '';
  player.attachSource(url);
}

const levels = () => player.getRepresentationsByType('video') ?? [];

function showLevels() {
  const button = (name, choose) => {
    const made = Object.assign(document.createElement('button'), { textContent: name });
    made.setAttribute('aria-pressed', name === 'automatic');
    made.addEventListener('click', () => {
      for (const other of at('levels').children) other.setAttribute('aria-pressed', other === made);
      choose();
    });
    return made;
  };
  const automatic = (on) => player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: on } } } });
  const fixed = levels().map((level) =>
    button(`${level.height}p ${Math.round(level.bitrateInKbit)} kb/s`, () => {
      automatic(false);
      player.setRepresentationForTypeById('video', level.id, true);
    }),
  );
  at('levels').replaceChildren(button('automatic', () => automatic(true)), ...fixed);
}

function showNow() {
  const { totalVideoFrames = 0, droppedVideoFrames = 0 } = video.getVideoPlaybackQuality();
  at('now').textContent = `${video.videoWidth} × ${video.videoHeight} · ${video.currentTime.toFixed(1)} s · ${totalVideoFrames} frames, ${droppedVideoFrames} dropped`;
}
