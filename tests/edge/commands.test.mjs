// Every command of README and the documentation: those that a machine can run by itself are run, against a deployment that
// stands in for media.example.com; of the others it is known why not; and no page gives millrace an option that it lacks.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ffmpegPath } from '../../scripts/lib/ffmpeg.mjs';
import { local } from '../../scripts/lib/project.mjs';
import { millrace } from '../lib/cli.mjs';
import { blocksOf, callsOf, commandsOf, readPages, scriptsOf } from '../lib/commands.mjs';
import { startEdge } from '../lib/edge.mjs';
import { ffmpeg, h264, inputs, madeFolder } from '../lib/media.mjs';
import { vtt } from '../lib/captions.mjs';

const run = promisify(execFile);
/** Made once, before there is a deployment, whose secret it is. */
const TOKEN = 'openssl rand -base64 32 > token';
/** What is not run here, and why. */
const ELSEWHERE = [
  [/^npx wrangler /, 'wants an account at Cloudflare'],
  [/^npm /, 'runs in other tests, or for minutes'],
  [/127\.0\.0\.1/, 'wants the sample of `npm start`'],
  [/^cargo install /, 'compiles for minutes'],
  [/^sudo /, 'changes the machine'],
  [/^rclone |(s3|az|gs):\/\/|AWS_/, 'wants a store'],
  [/old\.example\.com/, 'wants another origin'],
  [/ --all /, 'wants a queue'],
  [/^(gst-launch-1\.0 |pulseaudio |Xvfb |DISPLAY=|mpv |streamlink )/, 'wants a player'],
  [/ --check .*…/, 'wants a token that is whole'],
];
/** Pages whose commands a test of their own runs. */
const BY_THEMSELVES = ['docs/encode.md'];
/** The hosts that a deployment has in the documentation. */
const HOSTS = /https:\/\/(media\.example\.com|millrace\.YOU\.workers\.dev)/g;
const SECONDS = 130;

const pages = await readPages();
const isRun = (line) => line !== TOKEN && !ELSEWHERE.some(([pattern]) => /** @type {RegExp} */ (pattern).test(line));

let edge;
let folder;
let environment;

/** Two levels, audio and captions, beside each other. */
const filmFolder = () =>
  madeFolder('commands', import.meta.filename, async (made) => {
    const video = (size, bitrate) => ['-map', '0:v', ...h264(bitrate, 10), '-s', size];
    const audio = ['-map', '1:a', '-c:a', 'aac', '-b:a', 64_000];
    const source = inputs({ seconds: SECONDS, size: '160x90', rate: 5 });
    const levels = [...video('160x90', 40_000), 'film_3M.mp4', ...video('96x54', 20_000), 'film_1M.mp4'];
    await ffmpeg(made, ...source, ...levels, ...audio, 'film_audio.mp4');
    await writeFile(path.join(made, 'film.en.vtt'), vtt());
  });

before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-commands-'));
  await cp(await filmFolder(), folder, { recursive: true });
  await mkdir(path.join(folder, 'bin'));
  await symlink(ffmpegPath(), path.join(folder, 'bin/ffmpeg'));
  await symlink(local('target/release/millrace'), path.join(folder, 'bin/millrace'));
  await shell([TOKEN]);
  const token = (await readFile(path.join(folder, 'token'), 'utf8')).trim();

  const films = path.join(folder, 'films');
  await mkdir(films);
  for (const name of ['film_3M.mp4', 'film_1M.mp4', 'film_audio.mp4'])
    await cp(path.join(folder, name), path.join(films, name));
  await shell(['cd films', 'millrace compose film_*.mp4 > tears.ism']);
  await cp(films, path.join(folder, 'library/films'), { recursive: true });
  const [, locators] = /^\$ cat locators\.csv\n(.*?)^\$ /ms.exec(pages.get('docs/operate.md'));
  await writeFile(path.join(folder, 'locators.csv'), locators);
  const [definition] = blocksOf(pages.get('docs/filters.md'), 'json');
  await writeFile(path.join(folder, 'mobile.json'), definition.text);

  edge = await startEdge(path.join(folder, 'library'), { vars: { ADMIN_TOKEN: token } });
  environment = { MILLRACE_TOKEN: token, ADMIN_TOKEN: token };
});
after(async () => {
  await edge?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs lines in one shell, which ends at the first that fails; curl fails where the answer is an error. */
async function shell(lines) {
  const script = ['set -eo pipefail', 'curl() { command curl --fail-with-body "$@"; }', 'set -x', ...lines].join('\n');
  const env = { ...process.env, ...environment, PATH: `${path.join(folder, 'bin')}:${process.env.PATH}` };
  const done = run('bash', ['-c', script], { cwd: folder, env, timeout: 120_000 });
  return done.catch(({ stdout, stderr }) => assert.fail(`${stdout}\n${stderr}`));
}

for (const [page, text] of pages) {
  const lines = commandsOf(text).filter(isRun);
  if (lines.length === 0 || BY_THEMSELVES.includes(page)) continue;
  test(`${page}: ${lines.length} commands run`, async () => {
    const { origin } = new URL(edge.url);
    await shell(lines.map((line) => line.replaceAll(HOSTS, origin)));
  });
}

test('enough commands are run, and each reason for not running one is needed', () => {
  const all = [...pages.values()].flatMap(commandsOf);
  assert.ok(all.filter(isRun).length > 12, all.filter(isRun).join('\n'));
  for (const [pattern, why] of ELSEWHERE)
    assert.ok(
      all.some((line) => /** @type {RegExp} */ (pattern).test(line)),
      `nothing ${why}: ${pattern}`,
    );
});

test('every call of millrace has a subcommand and options that it knows', async () => {
  const help = new Map();
  const calls = [...pages].flatMap(([page, text]) => callsOf(text).map((call) => ({ page, ...call })));
  assert.ok(calls.length > 40, String(calls.length));
  const helpOf = async (page, ...names) => {
    const call = names.join(' ');
    if (!help.has(call)) help.set(call, await millrace(...names, '--help'));
    const { code, stdout, stderr } = help.get(call);
    assert.equal(code, 0, `${page}: millrace ${call}: ${stderr}`);
    return stdout;
  };
  for (const { page, name, next, options } of calls) {
    if (name === 'help') continue;
    let known = await helpOf(page, name);
    if (new RegExp(`^  ${next} `, 'm').test(known)) known = await helpOf(page, name, next);
    for (const option of options)
      assert.ok(new RegExp(`${option}\\b`).test(known), `${page}: millrace ${name} ${option}`);
  }
});

test('every script of npm that a page names is one of package.json', async () => {
  const { scripts } = JSON.parse(await readFile(local('package.json'), 'utf8'));
  for (const [page, text] of pages)
    for (const name of scriptsOf(text)) assert.ok(scripts[name], `${page}: npm run ${name}`);
});
