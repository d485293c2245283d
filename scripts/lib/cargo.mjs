// Reads Cargo's output: its progress as a share, and which lines are noise once it has failed.

import { local } from './project.mjs';

/** Has Cargo build into target/, and draw its progress bar into a pipe, for `cargoProgress`. */
export const CARGO_ENV = {
  CARGO_TARGET_DIR: local('target'),
  CARGO_TERM_PROGRESS_WHEN: 'always',
  CARGO_TERM_PROGRESS_WIDTH: '80',
  CARGO_TERM_COLOR: 'never',
};

const BAR = /(?:Building|Fetch) \[[=> ]*\] +(\d+)\/(\d+)(?:: (.*))?/;

/** An `onLine` for `run`: passes Cargo's progress to a step's `report`. */
export const cargoProgress = (report) => (line) => {
  const [, done, all, names] = BAR.exec(line) ?? [];
  if (all) return report(Number(done) / Number(all), names?.trim() ?? '');
  const [, doing] = /^\s+((?:Compiling|Downloading|Updating|Installing) .*)/.exec(line) ?? [];
  if (doing) report(doing);
};

/** An `isNoise` for `run`. */
export const isCargoNoise = (line) =>
  /^\s+(Building|Fetch) \[/.test(line) ||
  /^\s+(Compiling|Checking|Downloaded|Downloading|Updating|Blocking|Locking|Adding|Finished|Fresh) /.test(line);
