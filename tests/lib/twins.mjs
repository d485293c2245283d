// One encode, with B-frames, in three kinds of file: `films/plain.ism`, whose files list their samples; and fragmented by
// ffmpeg, as `films/fragmented.ism` with times as they are, and as `films/smooth.ism` with those of its `ismv` muxer, which
// shows the video earlier by a frame.
import path from 'node:path';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';

const TRACKS = [
  { kind: 'video', src: 'pictures', bitrate: 400_000 },
  { kind: 'audio', src: 'sound', bitrate: 64_000 },
];
const EXTENSIONS = { 'films/plain.ism': 'mp4', 'films/fragmented.ism': 'cmfv', 'films/smooth.ism': 'ismv' };
export const TWINS = Object.keys(EXTENSIONS);

/** The files that a presentation is made of. */
export const tracksOf = (name) => TRACKS.map(({ src, ...track }) => ({ ...track, src: `${src}.${EXTENSIONS[name]}` }));

export const twinsFolder = () =>
  madeFolder('twins', import.meta.filename, async (folder) => {
    for (const name of TWINS) await writeServerManifest(path.join(folder, name), tracksOf(name));
    const films = path.join(folder, 'films');
    const from0 = ['-use_editlist', 0, '-avoid_negative_ts', 'make_zero'];
    await ffmpeg(
      films,
      ...inputs({ seconds: 13 }),
      '-map',
      '0:v',
      ...h264(400_000),
      ...from0,
      'pictures.mp4',
      '-map',
      '1:a',
      '-c:a',
      'aac',
      '-b:a',
      64_000,
      ...from0,
      'sound.mp4',
    );
    const fragments = [
      '-frag_duration',
      2_000_000,
      '-movflags',
      'frag_keyframe+empty_moov+default_base_moof',
      ...from0,
      '-f',
      'mp4',
    ];
    for (const { src } of TRACKS)
      await ffmpeg(
        films,
        '-i',
        `${src}.mp4`,
        '-c',
        'copy',
        ...fragments,
        `${src}.cmfv`,
        '-c',
        'copy',
        '-frag_duration',
        2_000_000,
        ...ismv,
        `${src}.ismv`,
      );
  });
