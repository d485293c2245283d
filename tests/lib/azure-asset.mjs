// An asset as Azure Media Services left it in storage: progressive MP4s with audio in each, of which the server manifest takes
// that of the smallest, a client manifest with chunks of its own, and indexes that nobody else can read.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { madeFolder } from './media.mjs';
import { LARGE, SECONDS, SMALL, progressiveFolder } from './progressive.mjs';

const GUID = '6b0e3a52-9c1d-4f8e-8a77-0d5c2f41b9e3';
export const ASSET = `${GUID}/harbour view.ism`;
export const SOUND = 'aac_eng_2_128000_2_1';
/** Its levels, and the file of each. */
export const RENDITIONS = [
  { src: 'harbour view_320x180_200.mp4', bitrate: 212_000, from: SMALL },
  { src: 'harbour view_640x360_800.mp4', bitrate: 823_000, from: LARGE },
];
export const MPI = RENDITIONS.flatMap(({ src }) =>
  [1, 2].map((track) => `${GUID}/${src.replace('.mp4', `_${track}.mpi`)}`),
);

export const azureAssetFolder = () =>
  madeFolder('azure-asset', import.meta.filename, async (scratch) => {
    const folder = path.join(scratch, GUID);
    await mkdir(folder, { recursive: true });
    const plain = await progressiveFolder();
    for (const { src, from } of RENDITIONS) await copyFile(path.join(plain, 'films', from.src), path.join(folder, src));
    await writeFile(path.join(folder, 'harbour view.ism'), serverManifest());
    await writeFile(path.join(folder, 'harbour view.ismc'), clientManifest());
    for (const key of MPI) await writeFile(path.join(scratch, key), Buffer.alloc(512, 0xa5));
    await writeFile(
      path.join(folder, `${GUID}_manifest.xml`),
      '<AssetFiles xmlns="http://schemas.microsoft.com/windowsazure/mediaservices/2014/07/mediaencoder/inputmetadata"/>',
    );
  });

const param = (name, value) => `        <param name="${name}" value="${value}" valuetype="data" />`;
const index = (src, track) => param('trackIndex', encodeURI(src.replace('.mp4', `_${track}.mpi`)));

const serverManifest = () => `\ufeff<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
  <head>
    <meta name="formats" content="mp4-v3" />
    <meta name="clientManifestRelativePath" content="harbour%20view.ismc" />
  </head>
  <body>
    <switch>
      <audio src="${encodeURI(RENDITIONS[0].src)}" systemBitrate="128000" systemLanguage="eng">
${[param('systemBitrate', 128_000), param('trackID', 2), param('trackName', SOUND), param('systemLanguage', 'eng'), index(RENDITIONS[0].src, 2)].join('\n')}
      </audio>
${RENDITIONS.map(
  ({ src, bitrate }) => `      <video src="${encodeURI(src)}" systemBitrate="${bitrate}">
${[param('systemBitrate', bitrate), param('trackID', 1), param('trackName', 'video'), index(src, 1)].join('\n')}
      </video>`,
).join('\n')}
    </switch>
  </body>
</smil>`;

/** In chunks of three seconds, which is not where the keyframes are. */
const clientManifest = () => {
  const chunks = Array.from({ length: SECONDS / 3 }, () => '<c d="30000000"/>').join('');
  return `<?xml version="1.0" encoding="utf-8"?>
<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" Duration="${SECONDS}0000000" TimeScale="10000000">
<StreamIndex Chunks="${SECONDS / 3}" Type="audio" Url="QualityLevels({bitrate})/Fragments(${SOUND}={start time})" QualityLevels="1" Language="eng" Name="${SOUND}" TimeScale="10000000">
<QualityLevel AudioTag="255" Index="0" BitsPerSample="16" Bitrate="128000" FourCC="AACL" CodecPrivateData="1188" Channels="1" PacketSize="2" SamplingRate="48000"/>${chunks}</StreamIndex>
<StreamIndex Chunks="${SECONDS / 3}" Type="video" Url="QualityLevels({bitrate})/Fragments(video={start time})" QualityLevels="${RENDITIONS.length}" TimeScale="10000000" Name="video">
${RENDITIONS.map(({ bitrate }, n) => `<QualityLevel Index="${n}" Bitrate="${bitrate}" FourCC="H264" MaxWidth="320" MaxHeight="180" CodecPrivateData="00"/>`).join('')}${chunks}</StreamIndex>
</SmoothStreamingMedia>`;
};
