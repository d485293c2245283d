// What the sample is: a water wheel in running water, with its level and its time written on it.
//
// The picture is drawn once in a few textures that then only move (two of water, sliding over each
// other; a wheel, turning), so that drawing costs less than encoding.
import path from 'node:path';
import { local } from '../lib/project.mjs';

export const FRAME_RATE = 25;
export const GOP_SECONDS = 2;
/** Not a whole number of fragments: the last one is shorter, as it is in real files. */
export const DURATION_SECONDS = 61;
export const AUDIO = { file: 'sample_audio.isma', bitrate: 128_000, sampleRate: 48_000, channels: 2 };
export const LEVELS = [
  { kbps: 300, width: 640, height: 360, profile: 'main' },
  { kbps: 700, width: 854, height: 480, profile: 'main' },
  { kbps: 1500, width: 1280, height: 720, profile: 'high' },
  { kbps: 3000, width: 1920, height: 1080, profile: 'high' },
].map((level) => ({ ...level, file: `sample_${level.kbps}k.ismv`, bitrate: level.kbps * 1000 }));

const FONTS = local('node_modules/dejavu-fonts-ttf/ttf');
/** What an encoder says in its first AAC packet: 1024 samples before the audio. */
const AAC_PRIMING = 1024;

const water = (waves) => {
  const wave = ([height, x, y, bend, bx, by]) =>
    `${height}*sin(2*PI*(${x}*X/960+Y/${y})+${bend}*sin(2*PI*(${bx}*X/960+Y/${by})))`;
  return `color=black:s=1920x540:r=${FRAME_RATE}:d=${1 / FRAME_RATE},format=gray,geq=lum='128+${waves.map(wave).join('+')}':cb=128:cr=128,${still}`;
};
const still = 'loop=loop=-1:size=1,setpts=N';

/** The wheel in polar coordinates, drawn at twice its size for smooth edges. */
function wheel() {
  const r = 'hypot(X-479.5,Y-479.5)/2';
  const a = 'atan2(Y-479.5,X-479.5)';
  const spokes = `lt(abs(sin(6*${a}))*${r}/6,5)*lt(${r},196)`;
  const paddles = `lt(abs(sin(12*${a}))*${r}/12,5)*between(${r},190,234)`;
  const rings = `between(${r},178,196)+between(${r},112,120)+lt(${r},30)`;
  const colour = `r='236-0.25*${r}':g='196-0.3*${r}':b='128-0.25*${r}':a='255*min(1,${rings}+${spokes}+${paddles})'`;
  return `color=black:s=960x960:r=${FRAME_RATE}:d=${1 / FRAME_RATE},format=rgba,geq=${colour},scale=480:480:flags=area,format=yuva420p,${still},rotate='-0.5*t':c=none`;
}

function picture() {
  const slow = water([
    [42, 2, 230, 1.3, 3, -310],
    [40, 5, -170, 1.7, 2, 260],
    [34, 7, 120, 0, 1, 1],
  ]);
  const fast = water([
    [46, 3, -200, 1.5, 2, 280],
    [40, 4, 140, 1.4, 5, -220],
    [30, 9, -110, 0, 1, 1],
  ]);
  const blue =
    "r='6+40*pow(val/255,2)+190*pow(val/255,7)':g='34+90*pow(val/255,1.6)+130*pow(val/255,6)':b='66+120*pow(val/255,1.2)+69*pow(val/255,5)'";
  return [
    `${slow},crop=960:540:'mod(70*t,960)':0[slow]`,
    `${fast},crop=960:540:'960-mod(45*t,960)':0[fast]`,
    `[slow][fast]blend=all_mode=average,format=gbrp,lutrgb=${blue},format=yuv420p[water]`,
    `${wheel()}[wheel]`,
    `[water][wheel]overlay=W-w-40:(H-h)/2,split=${LEVELS.length}${LEVELS.map((_, n) => `[picture${n}]`).join('')}`,
  ];
}

function written(level, n) {
  const font = (name) => `fontfile='${path.join(FONTS, name)}'`;
  const shadow = 'shadowx=2:shadowy=2:shadowcolor=black@0.6';
  const words = [
    `${font('DejaVuSans-Bold.ttf')}:text='${level.kbps} kb/s':fontcolor=white:fontsize=h/7:x=h/14:y=h/4:${shadow}`,
    `${font('DejaVuSans-Bold.ttf')}:text='${level.height}p':fontcolor=white@0.85:fontsize=h/10:x=h/14:y=h*7/16:${shadow}`,
    `${font('DejaVuSansMono-Bold.ttf')}:text='%{pts\\:hms}':fontcolor=0xffe0a0:fontsize=h/12:x=h/14-h/20:y=h*11/18:${shadow}`,
  ];
  const scaled = `[picture${n}]scale=${level.width}:${level.height}:flags=bicubic,setsar=1`;
  return `${scaled},${words.map((word) => `drawtext=${word}`).join(',')}[level${n}]`;
}

/** Plucked notes that wander from left to right over the noise of water, and a tick at each full second. */
function sound() {
  const degrees = [0, 4, 7, 12, 9, 16, 12, 7];
  const note = degrees.reduceRight((rest, degree, n) => `if(eq(ld(0),${n}),${degree},${rest})`, '0');
  const pluck = `st(0,mod(floor(t*3),${degrees.length}));0.32*exp(-6*mod(t,1/3))*sin(2*PI*220*pow(2,(${note})/12)*t)`;
  const noise = '0.08*(random(1)-0.5)*(1.2+sin(2*PI*t/5))';
  const tick = '0.25*lt(mod(t,1),0.03)*sin(2*PI*1000*t)';
  const side = (sign) => `'${pluck}*(0.6${sign}0.4*sin(2*PI*t/8))+${tick}+${noise}'`;
  const source = `aevalsrc=exprs=${side('+')}|${side('-')}:s=${AUDIO.sampleRate}:d=${DURATION_SECONDS + 1}`;
  // The encoder's priming then takes the place of what is cut here, and audio and video stay together.
  return `${source},atrim=start_sample=${AAC_PRIMING},asetpts=N[sound]`;
}

/** The arguments that make ffmpeg write every file of the sample into `folder` in one run. */
export function ffmpegArguments(folder) {
  const output = (file) => [
    '-t',
    DURATION_SECONDS,
    '-map_metadata',
    '-1',
    '-use_editlist',
    '0',
    '-f',
    'ismv',
    path.join(folder, file),
  ];
  const gop = FRAME_RATE * GOP_SECONDS;
  const video = (level, n) => [
    ...['-map', `[level${n}]`, '-c:v', 'libx264', '-preset', 'superfast', '-profile:v', level.profile],
    ...['-pix_fmt', 'yuv420p', '-bf', 2, '-g', gop, '-keyint_min', gop, '-sc_threshold', 0, '-flags', '+cgop'],
    ...['-b:v', `${level.kbps}k`, '-maxrate', `${level.kbps * 1.2}k`, '-bufsize', `${level.kbps * 2}k`],
    // Otherwise B-frames push all times up by two frames and the first frame is stretched over the gap.
    ...['-avoid_negative_ts', 'disabled', ...output(level.file)],
  ];
  const audio = [
    '-map',
    '[sound]',
    '-c:a',
    'aac',
    '-b:a',
    AUDIO.bitrate,
    '-frag_duration',
    GOP_SECONDS * 1e6,
    ...output(AUDIO.file),
  ];
  const graph = [...picture(), ...LEVELS.map(written), sound()].join(';');
  return ['-hide_banner', '-nostdin', '-y', '-filter_complex', graph, ...LEVELS.flatMap(video), ...audio].map(String);
}
