// Presentations of every kind, for rules that all of them must keep.
import { BRIEF, briefFolder } from './brief.mjs';
import { CAPTIONS, STORED, captionsFolder } from './captions.mjs';
import { configurationsFolder, keyOf } from './configurations.mjs';
import { DUBBED, dubbedFolder } from './dubbed.mjs';
import { PROGRESSIVE, progressiveFolder } from './progressive.mjs';
import { LEADS, PRESENTATIONS, protectedFolder } from './protected.mjs';
import { VARIETY, varietyFolder, varietyKey } from './variety.mjs';

const of = (names) => Object.fromEntries(names.map((name) => [name, '25/1']));

/**
 * `rates`: the presentations of a folder, and how many frames a second each has; `progressive`: which of them are made of
 * progressive MP4s, so that the index knows every byte, and Smooth Streaming has boxes written too.
 * @type {{title: string, make: () => Promise<string>, rates: Record<string, string>, progressive?: RegExp, isProtected?: boolean}[]}
 */
export const KINDS = [
  { title: 'fragmented files', make: briefFolder, rates: of([BRIEF]) },
  { title: 'progressive MP4s', make: progressiveFolder, rates: of([PROGRESSIVE]), progressive: /./ },
  {
    title: 'films in two languages',
    make: dubbedFolder,
    rates: Object.fromEntries(Object.entries(DUBBED).map(([name, { rate }]) => [name, rate])),
    progressive: /plain/,
  },
  { title: 'text', make: captionsFolder, rates: of([CAPTIONS, STORED]) },
  {
    title: 'protected files',
    make: protectedFolder,
    rates: of([...Object.keys(PRESENTATIONS), ...Object.keys(LEADS)].map((name) => `${name}.ism`)),
    isProtected: true,
  },
  {
    title: 'files with unusual descriptions',
    make: configurationsFolder,
    rates: of(['hdr', 'quicktime-2', 'no-size'].map(keyOf)),
    progressive: /./,
  },
  { title: 'files of many kinds', make: varietyFolder, rates: of(Object.keys(VARIETY).map((_, at) => varietyKey(at))) },
];
