// Reads Cargo's output: its progress as a share, and which lines are noise once it has failed.

import { local } from './project.mjs';

/** Makes Cargo build where we look for it, and draw into a pipe the progress bar that `cargoProgress` reads. */
export const CARGO_ENV = {
  CARGO_TARGET_DIR: local('target'),
  CARGO_TERM_PROGRESS_WHEN: 'always',
  CARGO_TERM_PROGRESS_WIDTH: '80',
  CARGO_TERM_COLOR: 'never',
};

const BAR = /(?:Building|Fetch) \[[=> ]*\] +(\d+)\/(\d+)(?:: (.*))?/;

/** For `run`'s `onLine`: passes how far Cargo is to a step's `report`. */
export const cargoProgress = (report) => (line) => {
  const [, done, all, names] = BAR.exec(line) ?? [];
  if (all) return report(Number(done) / Number(all), names?.trim() ?? '');
  const [, doing] = /^\s+((?:Compiling|Downloading|Updating|Installing) .*)/.exec(line) ?? [];
  if (doing) report(doing);
};

/** For `run`'s `isNoise`. */
export const isCargoNoise = (line) =>
  /^\s+(Building|Fetch) \[/.test(line) ||
  /^\s+(Compiling|Checking|Downloaded|Downloading|Updating|Blocking|Locking|Adding|Finished|Fresh) /.test(line);
