// Plays with VLC, without a window.
import { spawnSync } from 'node:child_process';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../lib/run.mjs';
import { PICTURE, SOUND, decodedIn } from './decoded.mjs';

const PATIENCE_MS = 300_000;
/** VLC will not run as root: then it runs as nobody. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

const ask = (...args) =>
  spawnSync('vlc', ['--no-color', ...args], {
    ...user,
    encoding: 'utf8',
    env: { ...process.env, HOME: '/nonexistent' },
  }).stdout;

const play =
  (...options) =>
  async (manifest, source, folder) => {
    // Not by avcodec: it leaves out a picture that follows another too closely.
    const picture = `vcodec=png,venc=png,width=${PICTURE.width},height=${PICTURE.height}`;
    const decode = `transcode{${picture},acodec=s16l,channels=${SOUND.channels}}`;
    // Appended to: at another level its decoder starts anew, and so would the file.
    const write = `es{access=file{append},mux=dummy,dst=${path.join(folder, '%c')}}`;
    const quiet = ['-I', 'dummy', '--no-color', '--quiet', '--avcodec-hw=none'];
    await run('vlc', [...quiet, ...options, '--sout', `#${decode}:${write}`, manifest, 'vlc://quit'], {
      ...user,
      cwd: folder,
      env: { HOME: folder },
      timeout: PATIENCE_MS,
      title: 'VLC',
    });
    await rename(path.join(folder, 'png '), path.join(folder, PICTURE.file)).catch(() => {});
    await rename(path.join(folder, 's16l'), path.join(folder, SOUND.file)).catch(() => {});
    return decodedIn(folder, source);
  };

/** Its AAC decoder gives nothing for the first packet. */
const lacks = { audio: 1 };

export const VLC = {
  name: 'VLC',
  user,
  missing() {
    if (!ask('--version')) return ['vlc-bin', 'vlc-plugin-base'];
    return /--adaptive-logic/.test(ask('-p', 'adaptive')) ? [] : ['vlc-plugin-base'];
  },
  version: () => /version (\S+)/i.exec(ask('--version'))?.[1],
  ways: [
    { how: 'highest level', lacks, run: play('--adaptive-logic=highest') },
    { how: 'lowest level', lacks, run: play('--adaptive-logic=lowest') },
    // It does not drain its decoder when it changes the level: some frames lost each time.
    { how: 'levels as it likes', lacks: { ...lacks, video: 30 }, run: play() },
  ],
};
