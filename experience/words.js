// Writes figures as people read them.

const LOCALE = 'en';
const grouped = new Intl.NumberFormat(LOCALE);

/** `300 kb/s`, `1.5 Mb/s`, `25 Mb/s` */
export function rate(bitsPerSecond) {
  if (bitsPerSecond === null || bitsPerSecond === undefined) return '–';
  if (bitsPerSecond < 999_500) return `${Math.round(bitsPerSecond / 1000)} kb/s`;
  const mbps = bitsPerSecond / 1e6;
  return `${mbps < 9.95 ? Number(mbps.toFixed(1)) : Math.round(mbps)} Mb/s`;
}

const UNITS = [
  { unit: 'GB', one: 1e9 },
  { unit: 'MB', one: 1e6 },
  { unit: 'kB', one: 1e3 },
  { unit: 'B', one: 0 },
];

/** `812 B`, `3.4 kB`, `42.1 MB` */
export function size(bytes) {
  const { unit, one } = UNITS.find(({ one }) => bytes >= one);
  return `${one === 0 ? bytes : (bytes / one).toFixed(1)} ${unit}`;
}

/** `2,301,220` */
export const count = (number) => grouped.format(number);

/** `1:01`, `1:32:07` */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const two = (number) => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** A byte range as in `Content-Range`: from 0, and with its last byte. */
export const span = ([start, end]) => `${count(start)} – ${count(end - 1)}`;

/** A language tag in its canonical form (`deu` is `de`), since protocols and players differ; empty if it is not one. */
export function canonical(language) {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? '';
  } catch {
    return '';
  }
}

const languages = new Intl.DisplayNames([LOCALE], { type: 'language', fallback: 'none' });

/** `German` */
export function languageName(language) {
  const tag = canonical(language);
  return (tag && languages.of(tag)) || '';
}
