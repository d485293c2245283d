// What lies where: files in storage, what the index knows of them, and what a player gets.
import { arrow, bar, words } from './drawing.mjs';

export const about = {
  title: 'What lies where: files in storage, their index in KV, and the fragments that players get',
  width: 960,
  height: 430,
};

/** The bytes of a fragmented file. */
const FRAGMENTED = [
  [50, 'box', 'ftyp'],
  [60, 'box', 'moov'],
  [50, 'box', 'moof'],
  [120, 'box', 'mdat'],
  [50, 'video', 'moof'],
  [120, 'video', 'mdat'],
  [50, 'box', 'moof'],
  [120, 'box', 'mdat'],
  [60, 'box', 'mfra'],
];
/** The bytes of a progressive one: its samples, video and audio in turns. */
const PROGRESSIVE = [
  [50, 'box', 'ftyp'],
  [130, 'box', 'moov'],
  [60, 'box', 'mdat'],
  [70, 'video', 'video'],
  [54, 'audio', 'audio'],
  [70, 'video', 'video'],
  [54, 'audio', 'audio'],
  [192, 'box', '…'],
];

export const parts = () => [
  words(20, 34, 'A fragmented file', 'name'),
  words(190, 34, 'film_3M.ismv, in storage', 'quiet'),
  ...bar(20, 48, FRAGMENTED),
  words(20, 112, 'index in KV', 'name'),
  words(20, 132, 'video, 3 Mb/s, chunk at 0:04', 'quiet'),
  words(20, 152, 'bytes 12 345 678 to 13 378 098', 'code'),
  arrow([
    [270, 124],
    [384, 124],
    [384, 80],
  ]),
  arrow(
    [
      [440, 76],
      [440, 124],
      [648, 124],
    ],
    'bytes',
  ),
  ...bar(660, 112, [
    [60, 'video', 'moof'],
    [140, 'video', 'mdat'],
  ]),
  words(660, 160, 'the fragment, as it is stored: one read', 'quiet'),

  words(20, 214, 'A progressive MP4', 'name'),
  words(190, 214, 'film_3M.mp4, in storage', 'quiet'),
  ...bar(20, 228, PROGRESSIVE),
  words(20, 296, 'index in KV, with pages', 'name'),
  words(20, 318, 'of each sample: size, time, place', 'quiet'),
  words(20, 338, 'its moov is not read again', 'quiet'),
  arrow([
    [240, 300],
    [276, 300],
    [276, 260],
  ]),
  arrow([
    [276, 300],
    [400, 300],
    [400, 260],
  ]),
  arrow(
    [
      [312, 256],
      [312, 344],
      [648, 344],
    ],
    'bytes',
  ),
  arrow(
    [
      [436, 256],
      [436, 344],
      [648, 344],
    ],
    'bytes',
  ),
  ...bar(660, 332, [
    [60, 'made', 'moof'],
    [70, 'video', 'video'],
    [70, 'video', 'video'],
  ]),
  words(660, 380, 'the fragment: samples as stored,', 'quiet'),
  words(660, 398, 'under a moof made for the answer', 'quiet'),
];
