// The players behind one small interface, each loaded when it is wanted.
//
// An adapter is made by `start(video, url, told)`, and has `choose(rank | null)` (of the levels, from 0 for
// the lowest; null: let the player), `caption(place | null)` (of the captions that there are), `estimate()` (the
// bit/s that it believes in, or null), `isOver()` (by its own account, whatever the video element says) and
// `stop()`. It tells of `failed(words)`, `captions([{ label, language }])` and `said(lines)`, which is all that
// is said now.

/** So much is fetched ahead: little, so that what happens to the line is soon seen. */
export const BUFFER_SECONDS = 12;

/** Half-lives, in seconds of transfer, of the two averages that a player's guess is the lesser of: short too. */
export const MEMORY_SECONDS = { fast: 0.5, slow: 1.5 };

export const PROTOCOLS = {
  smooth: {
    name: 'Smooth Streaming',
    manifest: 'Manifest',
    player: 'dash.js',
    load: () => import('./dash.js').then((module) => module.withSmooth()),
  },
  dash: { name: 'DASH', manifest: 'manifest.mpd', player: 'dash.js', load: () => import('./dash.js') },
  hls: { name: 'HLS', manifest: 'master.m3u8', player: 'hls.js', load: () => import('./hls.js') },
};
