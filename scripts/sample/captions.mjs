// The sample's captions, in two languages and two syntaxes.

/** From each fourth second on, for three and a half. */
const EVERY_SECONDS = 4;
const LASTS_SECONDS = 3.5;

const ENGLISH = [
  'A mill race, and a wheel in it.',
  'Its water is a film: four files of pictures,\none of sound, and two of words like these.',
  'They lie in object storage, whole,\nas somebody once uploaded them.',
  'A player asks for two seconds at a time.',
  'Which bytes these are, the index knows.',
  'It was made once,\nfrom the boxes of the files.',
  'So the mill reads one range of one file,',
  'and lets it run to you.',
  'Nothing was cut up beforehand.',
  'No server waits for you to come.',
  'Make the line slower, and the picture\ngets coarser, but it does not stop.',
  'These words are cut where the pictures are,\nand come the same way.',
  'In Smooth Streaming and DASH they are TTML,\nin HLS they are WebVTT.',
  'The file they are in\nis neither touched nor copied.',
  'Whole files in, virtual fragments out.',
];

const GERMAN = [
  'Ein Mühlgraben, und ein Rad darin.',
  'Sein Wasser ist ein Film: vier Dateien Bild,\neine Ton, und zwei mit Worten wie diesen.',
  'Sie liegen im Objektspeicher, ganz,\nwie sie einmal jemand hochgeladen hat.',
  'Ein Player fragt nach je zwei Sekunden.',
  'Welche Bytes das sind, weiß der Index.',
  'Er ist einmal gemacht worden,\naus den Boxen der Dateien.',
  'So liest die Mühle einen Bereich einer Datei,',
  'und lässt ihn zu dir laufen.',
  'Nichts wurde vorher zerschnitten.',
  'Kein Server wartet darauf, dass du kommst.',
  'Mach die Leitung langsamer, und das Bild\nwird gröber, aber es bleibt nicht stehen.',
  'Diese Worte sind geschnitten wie die Bilder,\nund kommen auf demselben Weg.',
  'In Smooth Streaming und DASH sind sie TTML,\nin HLS sind sie WebVTT.',
  'Die Datei, in der sie stehen,\nbleibt, wie und wo sie ist.',
  'Ganze Dateien hinein,\nvirtuelle Fragmente heraus.',
];

const stamp = (seconds, point) => `00:00:${seconds.toFixed(3).padStart(6, '0')}`.replace('.', point);

const cues = (said, point) =>
  said.map((text, n) => {
    const begin = 0.5 + n * EVERY_SECONDS;
    return `${n + 1}\n${stamp(begin, point)} --> ${stamp(begin + LASTS_SECONDS, point)}\n${text}\n`;
  });

/** The files, as a server manifest names them. */
export const CAPTIONS = [
  {
    file: 'sample.en.vtt',
    name: 'captions_en',
    language: 'eng',
    content: ['WEBVTT\n', ...cues(ENGLISH, '.')].join('\n'),
  },
  { file: 'sample.de.srt', name: 'captions_de', language: 'deu', content: cues(GERMAN, ',').join('\n') },
];
