// Plays with GStreamer: both of its Smooth Streaming demuxers, as fast as they go.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { run } from '../lib/run.mjs';
import { PICTURE, SOUND, decodedIn } from './decoded.mjs';

const PATIENCE_MS = 300_000;
const TOOLS = 'gstreamer1.0-tools';

/** Debian's packages, each by what is needed of it. */
const COMMON = {
  souphttpsrc: 'gstreamer1.0-plugins-good',
  h264parse: 'gstreamer1.0-plugins-bad',
  avdec_h264: 'gstreamer1.0-libav',
  pngenc: 'gstreamer1.0-plugins-good',
  videoscale: 'gstreamer1.0-plugins-base',
};

const works = (...args) => spawnSync('gst-inspect-1.0', args, { stdio: 'ignore' }).status === 0;

function missing(needs) {
  if (!works('--version')) return [TOOLS, ...new Set(Object.values(needs))];
  return [
    ...new Set(
      Object.keys(needs)
        .filter((element) => !works('--exists', element))
        .map((element) => needs[element]),
    ),
  ];
}

const version = () =>
  /version (\S+)/.exec(spawnSync('gst-inspect-1.0', ['--version'], { encoding: 'utf8' }).stdout)?.[1];

const CONVERT = {
  video: `videoconvert ! videoscale ! video/x-raw,width=${PICTURE.width},height=${PICTURE.height} ! pngenc`,
  audio: `audioconvert ! audio/x-raw,format=S16LE,channels=${SOUND.channels}`,
};

/**
 * @param {(manifest: string) => string} head the beginning of the pipeline; its last element is called `d`
 * @param {(kind: string) => string} branch
 */
const play = (head, branch) => async (manifest, source, folder) => {
  const file = { video: PICTURE.file, audio: SOUND.file };
  const branches = Object.keys(source).map(
    (kind) => `${branch(kind)} ! ${CONVERT[kind]} ! filesink location=${path.join(folder, file[kind])}`,
  );
  const words = `${head(manifest)} ${branches.join(' ')}`.split(' ');
  await run('gst-launch-1.0', ['--quiet', ...words], { timeout: PATIENCE_MS, title: 'GStreamer' });
  return decodedIn(folder, source);
};

const decoded = (kind) => `d.${kind}_00 ! decodebin`;
const demuxed = (options) =>
  play((manifest) => `souphttpsrc location=${manifest} ! mssdemux name=d ${options}`.trim(), decoded);

export const GSTREAMER = {
  name: 'GStreamer mssdemux',
  missing: () => missing({ ...COMMON, mssdemux: 'gstreamer1.0-plugins-bad' }),
  version,
  ways: [
    { how: 'levels as it likes', run: demuxed('') },
    { how: 'lowest level', run: demuxed('connection-speed=1') },
  ],
};

/** The second demuxer only works inside a player that knows of it. */
export const GSTREAMER_V2 = {
  name: 'GStreamer mssdemux2',
  missing: () => missing({ ...COMMON, mssdemux2: 'gstreamer1.0-plugins-good' }),
  version,
  ways: [
    {
      how: 'levels as it likes',
      run: play(
        (manifest) => `uridecodebin3 uri=${manifest} name=d`,
        (kind) => `d. ! ${kind}/x-raw`,
      ),
    },
  ],
};
