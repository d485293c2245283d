// Archives of live channels as Azure Media Services left them in storage: a folder for each track, with a header and an
// object for each fragment. Made of the files of `twins.mjs`, and of a text track of TTML.
//   films/fmp4.ism: `moof mdat`, as encoders for Smooth Streaming wrote them
//   films/cmaf.ism: `styp`, and several `moof mdat`
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { find, parse, readMedia } from './boxes.mjs';
import { ffmpeg, madeFolder } from './media.mjs';
import { ttmlFile } from './ttml.mjs';
import { twinsFolder } from './twins.mjs';

const SECOND = 10_000_000;
export const FMP4 = 'films/fmp4.ism';
export const CMAF = 'films/cmaf.ism';
const TRACKS = [
  { kind: 'video', name: 'video', bitrate: 400_000, file: 'pictures' },
  { kind: 'audio', name: 'audio', bitrate: 64_000, file: 'sound' },
];
export const TEXT = [0, 1, 2].map((at) => ({
  start: 4 * at,
  duration: 4,
  document: `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="${4 * at}s" end="${4 * at + 2}s">Line ${at}</p></div></body></tt>`,
}));

/** The file that each track of a presentation was made of. */
export const originalsOf = (name) =>
  TRACKS.map((track) => ({ ...track, src: `films/${track.file}.${name === FMP4 ? 'ismv' : 'cmfc'}` }));

export const archiveFolder = () =>
  madeFolder('archive', import.meta.filename, async (folder) => {
    const twins = path.join(await twinsFolder(), 'films');
    const films = path.join(folder, 'films');
    await mkdir(films, { recursive: true });
    for (const { file } of TRACKS) {
      await copyFile(path.join(twins, `${file}.ismv`), path.join(films, `${file}.ismv`));
      const parts = ['-frag_duration', 500_000, '-movflags', 'empty_moov+default_base_moof+frag_keyframe'];
      const input = ['-i', path.join(twins, `${file}.cmfv`), '-c', 'copy'];
      await ffmpeg(films, ...input, ...parts, '-use_editlist', 0, '-f', 'mp4', `${file}.cmfc`);
    }
    const text = ttmlFile({ entry: 'stpp', handler: 'subt', timescale: SECOND, language: 'eng', samples: TEXT });
    const captions = { kind: 'textstream', name: 'captions', bitrate: 1000, folder: 'fmp4_captions' };
    const streams = [];
    for (const { kind, name, bitrate, file } of TRACKS) {
      const bytes = await readFile(path.join(films, `${file}.ismv`));
      streams.push({ kind, name, bitrate, folder: `fmp4_${file}`, ...(await blobs(films, `fmp4_${file}`, bytes)) });
    }
    streams.push({ ...captions, ...(await blobs(films, captions.folder, text)) });
    await manifests(folder, FMP4, 'vod-fmp4', streams);
    const chunked = [];
    for (const { kind, name, bitrate, file } of TRACKS) {
      const bytes = await readFile(path.join(films, `${file}.cmfc`));
      chunked.push({ kind, name, bitrate, folder: `cmaf_${file}`, ...(await chunks(films, `cmaf_${file}`, bytes)) });
    }
    await manifests(folder, CMAF, 'vod-cmaf', chunked);
  });

/** A header, and an object for each fragment under its own time. */
async function blobs(films, folder, bytes) {
  const { fragments, tracks } = readMedia(bytes);
  await put(films, folder, 'header', bytes.subarray(0, fragments[0].offset));
  for (const { start, bytes: own } of fragments) await put(films, folder, start, own);
  const times = fragments.map(({ start }, at) => [start, fragments[at + 1]?.start]);
  const last = fragments.at(-1);
  return { timescale: tracks[0].timescale, times: lasting(times, last.start + last.duration) };
}

/** The same of fragments that are put together to chunks of about two seconds, each behind a `styp`. */
async function chunks(films, folder, bytes) {
  const { fragments, tracks } = readMedia(bytes);
  const [{ timescale, kind }] = tracks;
  await put(films, folder, 'header', bytes.subarray(0, fragments[0].offset));
  const groups = [];
  for (const fragment of fragments) {
    const begins =
      kind === 'vide' ? isKey(fragment) : fragment.start >= (groups.at(-1)?.[0].start ?? -Infinity) + 2 * timescale;
    if (begins || groups.length === 0) groups.push([]);
    groups.at(-1).push(fragment);
  }
  const styp = Buffer.from('\0\0\0\x18stypmsdh\0\0\0\0msdhmsix', 'latin1');
  for (const group of groups)
    await put(films, folder, group[0].start, Buffer.concat([styp, ...group.map((it) => it.bytes)]));
  const times = groups.map(([{ start }], at) => [start, groups[at + 1]?.[0].start]);
  const last = fragments.at(-1);
  return { timescale, times: lasting(times, last.start + last.duration) };
}

const isKey = ({ bytes }) => {
  const traf = find(find(parse(bytes).boxes, 'moof').boxes, 'traf').boxes;
  const [header, run] = [find(traf, 'tfhd'), find(traf, 'trun')];
  const flags = run.first_sample_flags ?? run.samples[0].sample_flags ?? header.default_sample_flags;
  return (flags & 0x10000) === 0;
};

const lasting = (times, end) => times.map(([start, next]) => ({ start, duration: (next ?? end) - start }));

async function put(films, folder, name, bytes) {
  await mkdir(path.join(films, folder), { recursive: true });
  await writeFile(path.join(films, folder, String(name)), bytes);
}

async function manifests(folder, name, formats, streams) {
  const client = path.basename(name).replace('.ism', '.ismc');
  const param = (key, value) => `<param name="${key}" value="${value}" valueType="data"/>`;
  const tracks = streams.map(
    ({ kind, name: called, bitrate, folder: src }) =>
      `<${kind} src="${src}" systemBitrate="${bitrate}">${param('systemBitrate', bitrate)}${param('trackID', 1)}${param('trackName', called)}</${kind}>`,
  );
  await writeFile(
    path.join(folder, name),
    `<?xml version="1.0" encoding="utf-8"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><head>
<meta name="clientManifestRelativePath" content="${client}"/>
<meta name="formats" content="${formats}"/>
<meta name="fragmentsPerHLSSegment" content="1"/>
</head><body><switch>
${tracks.join('\n')}
</switch></body></smil>
`,
  );
  const indexes = streams.map(({ kind, name: called, bitrate, timescale, times }) => {
    const list = times.map(({ start, duration }, at) => `<c ${at === 0 ? `t="${start}" ` : ''}d="${duration}"/>`);
    const type = kind === 'textstream' ? 'text" Subtype="SUBT' : kind;
    return `<StreamIndex Type="${type}" Name="${called}" TimeScale="${timescale}" Chunks="${times.length}" QualityLevels="1" Url="QualityLevels({bitrate})/Fragments(${called}={start time})"><QualityLevel Index="0" Bitrate="${bitrate}"/>${list.join('')}</StreamIndex>`;
  });
  await writeFile(
    path.join(folder, path.dirname(name), client),
    `<?xml version="1.0" encoding="utf-8"?>
<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" Duration="0" TimeScale="10000000">${indexes.join('\n')}</SmoothStreamingMedia>
`,
  );
}
