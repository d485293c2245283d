// Shaka Packager: fragmented files, in the clear and encrypted, as another than ffmpeg writes them.
import { chmodSync } from 'node:fs';
import { local } from '../../scripts/lib/project.mjs';
import { run } from '../../scripts/lib/run.mjs';

/**
 * Packages streams of files in `folder`, each into a file of its own.
 * @param {string} folder
 * @param {{from: string, stream: string, to: string}[]} streams `stream`: its kind
 * @param {...(string | number)} options
 */
export const packaged = (folder, streams, ...options) =>
  run(
    packager(),
    [
      ...streams.map(({ from, stream, to }) => `in=${from},stream=${stream},output=${to},output_format=mp4`),
      ...options.map(String),
    ],
    { title: 'packager', cwd: folder },
  );

/** What encrypts with this key, beside the scheme and how much is left in the clear. */
export const withKey = ({ key, keyId }) => [
  '--enable_raw_key_encryption',
  '--keys',
  `label=:key_id=${keyId}:key=${key}`,
];

/** The packager that npm brings, which does not mark it executable. */
function packager() {
  const system = { linux: 'linux', darwin: 'osx' }[process.platform];
  const file = local(`node_modules/shaka-packager/bin/packager-${system}-${process.arch}`);
  chmodSync(file, 0o755);
  return file;
}
