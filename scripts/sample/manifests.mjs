// The two manifests an encoder writes beside its files: `.ism` for the server, `.ismc` for the client.
// What they say is read from the files themselves, with codem-isoboxer, which shares no code with ours.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import ISOBoxer from 'codem-isoboxer';
import { CAPTIONS } from './captions.mjs';
import { AUDIO, LEVELS } from './recipe.mjs';

/** Reads what a manifest needs to know from one file. */
async function readMedia(file) {
  const buffer = await readFile(file);
  const parsed = ISOBoxer.parseBuffer(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.length));
  const times = parsed.fetch('tfra').entries.map((entry) => entry.time);
  const sizes = parsed.fetchAll('mdat').map((box) => box.size);
  const last = parsed
    .fetchAll('trun')
    .at(-1)
    .samples.reduce((sum, sample) => sum + sample.sample_duration, 0);
  if (parsed.fetch('mdhd').timescale !== TIME_SCALE) throw new Error(`${file}: not in units of 100 ns`);
  if (times.length !== sizes.length) throw new Error(`${file}: ${sizes.length} fragments but ${times.length} in tfra`);
  const ends = [...times.slice(1), times.at(-1) + last];
  return {
    trackId: parsed.fetch('tkhd').track_ID,
    chunks: times.map((time, n) => ({ time, duration: ends[n] - time })),
    codecPrivateData: codecPrivateData(buffer),
  };
}

/** As Smooth has it: parameter sets behind start codes for H.264, the AudioSpecificConfig for AAC. */
function codecPrivateData(buffer) {
  const avcc = buffer.indexOf('avcC', 0, 'latin1');
  return (avcc > 0 ? annexB(buffer, avcc + 4) : audioSpecificConfig(buffer)).toString('hex').toUpperCase();
}

function annexB(buffer, at) {
  const sets = [];
  let position = at + 5;
  for (const mask of [0x1f, 0xff]) {
    const count = buffer[position++] & mask;
    for (let n = 0; n < count; n++) {
      const length = buffer.readUInt16BE(position);
      sets.push(Buffer.from([0, 0, 0, 1]), buffer.subarray(position + 2, position + 2 + length));
      position += 2 + length;
    }
  }
  return Buffer.concat(sets);
}

/** The DecoderSpecificInfo (tag 5) of the `esds` box. */
function audioSpecificConfig(buffer) {
  let at = buffer.indexOf('esds', 0, 'latin1') + 8;
  const skip = { 3: 3, 4: 13 };
  for (;;) {
    const tag = buffer[at++];
    let length = 0;
    for (let more = true; more; at++) {
      length = (length << 7) | (buffer[at] & 0x7f);
      more = (buffer[at] & 0x80) !== 0;
    }
    // The first two bytes say it all for AAC-LC; ffmpeg adds that there is no SBR, encoders of the time did not.
    if (tag === 5) return buffer.subarray(at, at + 2);
    at += skip[tag];
  }
}

const TIME_SCALE = 10_000_000;

/** Writes `sample.ism` and `sample.ismc` for the media files in `folder`. */
export async function describe(folder) {
  const levels = await Promise.all(
    LEVELS.map(async (level) => ({ ...level, ...(await readMedia(path.join(folder, level.file))) })),
  );
  const audio = { ...AUDIO, ...(await readMedia(path.join(folder, AUDIO.file))) };
  const [first, ...others] = levels.map(({ chunks }) => JSON.stringify(chunks));
  if (others.some((other) => other !== first))
    throw new Error('the video levels do not begin their fragments together');
  return { 'sample.ism': serverManifest(levels, audio), 'sample.ismc': clientManifest(levels, audio) };
}

function serverManifest(levels, audio) {
  const track = (kind, name, { file, bitrate, trackId }) => `      <${kind} src="${file}" systemBitrate="${bitrate}">
        <param name="trackID" value="${trackId}" valuetype="data" />
        <param name="trackName" value="${name}" valuetype="data" />
      </${kind}>`;
  const text = ({ file, name, language }) => `      <textstream src="${file}" systemLanguage="${language}">
        <param name="trackName" value="${name}" valuetype="data" />
        <param name="Subtype" value="CAPT" valuetype="data" />
      </textstream>`;
  const tracks = [
    ...levels.map((level) => track('video', 'video', level)),
    track('audio', 'audio', audio),
    ...CAPTIONS.map(text),
  ];
  return `<?xml version="1.0" encoding="utf-8"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
  <head>
    <meta name="clientManifestRelativePath" content="sample.ismc" />
  </head>
  <body>
    <switch>
${tracks.join('\n')}
    </switch>
  </body>
</smil>
`;
}

function clientManifest(levels, audio) {
  const end = (chunks) => chunks.at(-1).time + chunks.at(-1).duration;
  const timeline = (chunks) =>
    chunks.map(({ time, duration }, n) => `    <c n="${n}"${n ? '' : ` t="${time}"`} d="${duration}" />`).join('\n');
  const stream = (
    kind,
    chunks,
    count,
    size,
    quality,
  ) => `  <StreamIndex Type="${kind}" Name="${kind}" Chunks="${chunks.length}" QualityLevels="${count}"${size} Url="QualityLevels({bitrate})/Fragments(${kind}={start time})">
${quality.join('\n')}
${timeline(chunks)}
  </StreamIndex>`;
  const top = levels.at(-1);
  const size = ` MaxWidth="${top.width}" MaxHeight="${top.height}" DisplayWidth="${top.width}" DisplayHeight="${top.height}"`;
  const video = levels.map(
    (level, n) =>
      `    <QualityLevel Index="${n}" Bitrate="${level.bitrate}" FourCC="H264" MaxWidth="${level.width}" MaxHeight="${level.height}" CodecPrivateData="${level.codecPrivateData}" />`,
  );
  const sound = [
    `    <QualityLevel Index="0" Bitrate="${audio.bitrate}" FourCC="AACL" SamplingRate="${audio.sampleRate}"`,
    `Channels="${audio.channels}" BitsPerSample="16" PacketSize="4" AudioTag="255"`,
    `CodecPrivateData="${audio.codecPrivateData}" />`,
  ].join(' ');
  return `<?xml version="1.0" encoding="utf-8"?>
<SmoothStreamingMedia MajorVersion="2" MinorVersion="1" Duration="${Math.max(end(levels[0].chunks), end(audio.chunks))}">
${stream('video', levels[0].chunks, levels.length, size, video)}
${stream('audio', audio.chunks, 1, '', [sound])}
</SmoothStreamingMedia>
`;
}
