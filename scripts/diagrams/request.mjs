// How a request for a fragment flows.
import { area, arrow, bar, box, words } from './drawing.mjs';

export const about = {
  title: 'How a request flows: player, cache, Worker, index and storage',
  width: 960,
  height: 400,
};

export const parts = () => [
  ...box(20, 90, 150, 92, 'Player', ['set-top box, TV,', 'browser, app']),
  ...area(250, 30, 400, 340, 'Cloudflare’s edge'),
  ...box(270, 90, 130, 92, 'Cache', ['answers most', 'requests alone']),
  ...box(470, 90, 160, 112, 'millrace', ['1  who may watch?', '2  which bytes?', '3  fetch them']),
  ...box(470, 276, 160, 82, 'KV', ['index: where every', 'fragment lies']),
  ...area(730, 30, 210, 340, 'Storage: R2, S3, Azure, HTTP'),
  ...file(90, 'film.ism', [[182, 'box']]),
  ...file(150, 'film_3M.ismv', [
    [40, 'box'],
    [60, 'box'],
    [42, 'video'],
    [40, 'box'],
  ]),
  ...file(210, 'film_1M.ismv', [[182, 'box']]),
  ...file(270, 'film.isma', [[182, 'box']]),
  arrow([
    [170, 112],
    [268, 112],
  ]),
  words(210, 102, 'GET', 'code', 'middle'),
  words(20, 72, '…/Fragments(video=40000000)', 'code'),
  arrow([
    [400, 112],
    [468, 112],
  ]),
  words(434, 102, 'miss', 'quiet', 'middle'),
  arrow([
    [550, 202],
    [550, 274],
  ]),
  words(540, 266, 'unless in memory', 'quiet', 'end'),
  arrow([
    [630, 112],
    [712, 112],
    [712, 167],
    [742, 167],
  ]),
  words(690, 82, 'one range,', 'quiet', 'middle'),
  words(690, 100, 'one version', 'quiet', 'middle'),
  arrow(
    [
      [742, 180],
      [690, 180],
      [690, 230],
      [335, 230],
      [335, 184],
    ],
    'bytes',
  ),
  words(345, 222, 'bytes', 'quiet'),
  arrow(
    [
      [268, 158],
      [172, 158],
    ],
    'bytes',
  ),
  words(96, 208, 'moof + mdat,', 'quiet', 'middle'),
  words(96, 226, 'as stored', 'quiet', 'middle'),
];

/** A file of the library: its name, and below it where things lie in it. */
function file(y, name, pieces) {
  return [words(744, y + 4, name, 'code'), ...bar(744, y + 12, pieces, 22)];
}
