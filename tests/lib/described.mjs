// `films/described.ism`: a film with an audio description, titled as viewers are to read it.
import { writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg, h264, inputs, ismv, madeFolder } from './media.mjs';

export const DESCRIBED = 'films/described.ism';
export const MAIN = { label: 'English', name: 'audio_eng' };
export const DESCRIPTION = { label: 'English, described', name: 'audio_ad' };

const ISM = `<?xml version="1.0" encoding="utf-8"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><head/><body><switch>
<video src="described.ismv" systemBitrate="200000"/>
<audio src="description.isma" systemBitrate="64000" systemLanguage="eng">
  <param name="trackName" value="${DESCRIPTION.name}"/><param name="title" value="${DESCRIPTION.label}"/>
  <param name="accessibility" value="description"/><param name="role" value="alternate"/>
</audio>
<audio src="main.isma" systemBitrate="64000" systemLanguage="eng">
  <param name="trackName" value="${MAIN.name}"/><param name="title" value="${MAIN.label}"/>
</audio>
</switch></body></smil>
`;

export const describedFolder = () =>
  madeFolder('described', import.meta.filename, async (folder) => {
    const films = path.join(folder, 'films');
    await mkdir(films, { recursive: true });
    await writeFile(path.join(folder, DESCRIBED), ISM);
    const sound = (src) => {
      const coded = ['-map', '1:a', '-c:a', 'aac', '-b:a', 64_000, '-frag_duration', 2_000_000];
      return [...coded, ...ismv, '-avoid_negative_ts', 'make_zero', '-metadata:s:a:0', 'language=eng', src];
    };
    const video = ['-map', '0:v', ...h264(200_000), '-s', '320x180', ...ismv, 'described.ismv'];
    await ffmpeg(films, ...inputs(), ...video, ...sound('main.isma'), ...sound('description.isma'));
  });
