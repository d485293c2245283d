// The protocols, each with its manifest and the player that plays it. A player is loaded when it is needed.

/** @type {Record<string, {name: string, manifest: string, format: string, player: string, load: () => Promise<{start: import('./adapter.js').Start}>}>} */
export const PROTOCOLS = {
  smooth: {
    name: 'Smooth Streaming',
    manifest: 'Manifest',
    format: '',
    player: 'dash.js',
    load: () => import('./dash.js').then((module) => module.withSmooth()),
  },
  dash: {
    name: 'DASH',
    manifest: 'manifest.mpd',
    format: 'format=mpd-time-csf,',
    player: 'dash.js',
    load: () => import('./dash.js'),
  },
  hls: {
    name: 'HLS',
    manifest: 'master.m3u8',
    format: 'format=m3u8-cmaf,',
    player: 'hls.js',
    load: () => import('./hls.js'),
  },
};

/**
 * The manifest's name in a protocol.
 * @param {string} protocol
 * @param {string} filter names of stored ones
 */
export const manifestOf = (protocol, filter) => {
  const { manifest, format } = PROTOCOLS[protocol];
  return filter ? `manifest(${format}filter=${encodeURIComponent(filter)})` : manifest;
};
