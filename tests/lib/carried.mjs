// Fragmented files that cannot be handed on as they lie, as ffmpeg and Shaka Packager write them: presentations in `films/`.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg, h264, inputs, madeFolder, writeServerManifest } from './media.mjs';
import { packaged, withKey } from './packager.mjs';
import { inTwoRuns, withDefaultsInMoov, withoutLastSize } from './unsaid.mjs';

const video = (src, bitrate = 200_000) => ({ kind: 'video', src, bitrate, trackId: 1 });
const audio = (src, trackId = 1) => ({ kind: 'audio', src, bitrate: 64_000, trackId });

/** Presentations, and the tracks that each is made of. */
export const CARRIED = {
  // ffmpeg's default: video and audio in each moof, offsets from the start of the file.
  'films/shared.ism': [video('shared.mp4'), audio('shared.mp4', 2)],
  // The same, where the offsets of each track count from the end of the one before it.
  'films/following.ism': [video('following.mp4'), audio('following.mp4', 2)],
  'films/absolute.ism': [video('absolute.mp4')],
  // An edit list that takes back what B-frames and the encoder of audio put before the film.
  'films/dash.ism': [video('dash_0.mp4'), audio('dash_1.mp4')],
  'films/shaka.ism': [video('shaka_v.mp4'), audio('shaka_a.mp4')],
  // The same, encrypted.
  'films/locked.ism': [video('locked_v.mp4'), audio('locked_a.mp4')],
  // Another that lets audio begin late.
  'films/late.ism': [video('late_0.mp4'), audio('late_1.mp4')],
  // Of one level alone; both are shown from 0 on.
  'films/ladder.ism': [video('high.mp4'), video('low.mp4', 100_000)],
  // 59.94 and 29.97 frames a second, in 60,000ths and in 30,000ths.
  'films/rates.ism': [video('rates_60.mp4', 300_000), video('rates_30.mp4')],
  // All of it at once: several tracks in a moof, which edit lists move.
  'films/both.ism': [video('both.mp4'), audio('both.mp4', 2)],
  // What comes before the film for B-frames and for the encoder of audio is decoded before 0: no edit list takes it back.
  'films/early.ism': [video('early.mp4'), audio('early.mp4', 2)],
  // What a fragment does not say by itself, or in more than one run.
  'films/divided.ism': [video('divided.mp4')],
  'films/defaults.ism': [audio('defaults.mp4')],
  'films/endless.ism': [video('endless.mp4')],
};

/** What `locked.ism` is encrypted with, in hexadecimal. */
export const KEY = '31'.repeat(16);

export const carriedFolder = () =>
  madeFolder('carried', import.meta.filename, async (folder) => {
    for (const [name, tracks] of Object.entries(CARRIED)) await writeServerManifest(path.join(folder, name), tracks);
    const films = path.join(folder, 'films');
    const copy = ['-c', 'copy', '-map_metadata', -1];
    const fragmented = (flags) => [...copy, '-movflags', flags, '-f', 'mp4'];
    await ffmpeg(
      films,
      ...inputs({ seconds: 7 }),
      ...h264(200_000),
      '-c:a',
      'aac',
      '-b:a',
      64_000,
      '-ac',
      2,
      '../plain.mp4',
    );
    await ffmpeg(films, '-i', '../plain.mp4', ...fragmented('frag_keyframe+empty_moov'), 'shared.mp4');
    await ffmpeg(
      films,
      '-i',
      '../plain.mp4',
      ...fragmented('frag_keyframe+empty_moov+omit_tfhd_offset'),
      'following.mp4',
    );
    await ffmpeg(films, '-i', '../plain.mp4', '-map', '0:v', ...fragmented('frag_keyframe+empty_moov'), 'absolute.mp4');
    await ffmpeg(films, '-i', '../plain.mp4', ...fragmented('frag_keyframe+delay_moov'), 'both.mp4');
    const early = ['-avoid_negative_ts', 'disabled', '-use_editlist', 0];
    const discontinuous = fragmented('frag_keyframe+empty_moov+default_base_moof+frag_discont');
    await ffmpeg(films, '-i', '../plain.mp4', ...early, ...discontinuous, 'early.mp4');
    const dash = (name) => [
      ...copy,
      '-f',
      'dash',
      '-seg_duration',
      2,
      '-single_file',
      1,
      '-single_file_name',
      `${name}_$RepresentationID$.mp4`,
      `${name}.mpd`,
    ];
    await ffmpeg(films, '-i', '../plain.mp4', ...dash('dash'));
    await ffmpeg(
      folder,
      '-i',
      'plain.mp4',
      '-itsoffset',
      0.7,
      '-i',
      'plain.mp4',
      '-map',
      '0:v',
      '-map',
      '1:a',
      ...copy,
      'late.mp4',
    );
    await ffmpeg(films, '-i', '../late.mp4', ...dash('late'));
    await ffmpeg(
      films,
      '-i',
      '../plain.mp4',
      '-map',
      '0:v',
      ...fragmented('frag_keyframe+delay_moov+default_base_moof'),
      'high.mp4',
    );
    await ffmpeg(
      films,
      '-i',
      '../plain.mp4',
      '-map',
      '0:v',
      ...h264(100_000),
      '-bf',
      0,
      '-map_metadata',
      -1,
      '-movflags',
      'frag_keyframe+delay_moov+default_base_moof',
      'low.mp4',
    );
    for (const [rate, gop] of [
      [60, 120],
      [30, 60],
    ]) {
      const pace = inputs({ seconds: 7, rate: `${rate}000/1001` }).slice(0, 4);
      await ffmpeg(
        films,
        ...pace,
        ...h264(200_000, gop),
        '-video_track_timescale',
        `${rate}000`,
        '-map_metadata',
        -1,
        '-movflags',
        'frag_keyframe+empty_moov+default_base_moof',
        `rates_${rate}.mp4`,
      );
    }
    const edited = async (edit, from, to) =>
      writeFile(path.join(films, to), edit(await readFile(path.join(folder, from))));
    await ffmpeg(
      folder,
      '-i',
      'plain.mp4',
      '-map',
      '0:v',
      ...fragmented('frag_keyframe+empty_moov+default_base_moof'),
      'alone.mp4',
      '-map',
      '0:a',
      '-c:a',
      'ac3',
      '-map_metadata',
      -1,
      '-frag_duration',
      2_000_000,
      '-movflags',
      'delay_moov+default_base_moof',
      'even.mp4',
    );
    await edited(inTwoRuns, 'alone.mp4', 'divided.mp4');
    await edited(withDefaultsInMoov, 'even.mp4', 'defaults.mp4');
    await edited(withoutLastSize, 'alone.mp4', 'endless.mp4');
    const made = (name, ...more) =>
      packaged(
        films,
        [
          { from: '../plain.mp4', stream: 'video', to: `${name}_v.mp4` },
          { from: '../plain.mp4', stream: 'audio', to: `${name}_a.mp4` },
        ],
        ...['--segment_duration', 2, '--mpd_output', `../${name}.mpd`, ...more],
      );
    await made('shaka');
    await made('locked', ...withKey({ key: KEY, keyId: '30'.repeat(16) }), '--clear_lead', 0);
  });
