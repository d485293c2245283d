// The protocols, each with its manifest and the player that plays it. A player is loaded when it is needed.

/** @type {Record<string, {name: string, manifest: string, player: string, load: () => Promise<{start: import('./adapter.js').Start}>}>} */
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
