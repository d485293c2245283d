// What diagrams are drawn with: boxes, bars of files, words and arrows, in colours for light and for dark pages.

/** @typedef {{page: string, box: string, edge: string, words: string, quiet: string, line: string, video: string, audio: string, made: string}} Theme */

/** @type {Record<string, Theme>} */
export const THEMES = {
  light: {
    page: '#ffffff',
    box: '#f6f8fa',
    edge: '#d1d9e0',
    words: '#1f2328',
    quiet: '#59636e',
    line: '#59636e',
    video: '#0969da',
    audio: '#1a7f37',
    made: '#bc4c00',
  },
  dark: {
    page: '#0d1117',
    box: '#151b23',
    edge: '#3d444d',
    words: '#f0f6fc',
    quiet: '#9198a1',
    line: '#9198a1',
    video: '#1f6feb',
    audio: '#238636',
    made: '#bd561d',
  },
};

/**
 * A whole picture.
 * @param {{title: string, width: number, height: number}} about
 * @param {Theme} theme
 * @param {string[]} parts
 */
export const picture = ({ title, width, height }, theme, parts) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<style>
  text { font: 14px system-ui, sans-serif; fill: ${theme.words}; }
  .name { font-weight: 600; }
  .quiet { font-size: 13px; fill: ${theme.quiet}; }
  .code { font: 13px ui-monospace, monospace; }
  .on { fill: #ffffff; }
  .box { fill: ${theme.box}; stroke: ${theme.edge}; }
  .area { fill: none; stroke: ${theme.edge}; stroke-dasharray: 5 4; }
  .arrow { fill: none; stroke: ${theme.line}; stroke-width: 1.5; marker-end: url(#end); }
  .bytes { stroke: ${theme.video}; stroke-width: 3; marker-end: url(#bytes); }
  .tip { fill: ${theme.line}; }
  .tip-bytes { fill: ${theme.video}; }
  .video { fill: ${theme.video}; }
  .audio { fill: ${theme.audio}; }
  .made { fill: ${theme.made}; }
</style>
<defs>
${tip('end', 'tip', 7)}
${tip('bytes', 'tip-bytes', 4.5)}
</defs>
<rect width="${width}" height="${height}" rx="8" fill="${theme.page}"/>
${parts.join('\n')}
</svg>
`;

const tip = (id, kind, size) =>
  `<marker id="${id}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="${size}" markerHeight="${size}" orient="auto"><path d="M0 0L10 5L0 10z" class="${kind}"/></marker>`;

/** Words that end, begin or have their middle at `x`. */
export const words = (x, y, text, kind = '', anchor = 'start') =>
  `<text x="${x}" y="${y}" class="${kind}" text-anchor="${anchor}">${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;

/** A box with a name, and lines below it. */
export const box = (x, y, width, height, name, lines = [], kind = 'quiet') => [
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" class="box"/>`,
  words(x + 14, y + 26, name, 'name'),
  ...lines.map((line, at) => words(x + 14, y + 48 + 20 * at, line, kind)),
];

/** A place that holds several boxes. */
export const area = (x, y, width, height, name) => [
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" class="area"/>`,
  words(x + 14, y + 24, name, 'quiet'),
];

/** An arrow along these points: of a question, or of bytes. */
export const arrow = (points, kind = '') =>
  `<path d="M${points.map(([x, y]) => `${x} ${y}`).join('L')}" class="arrow ${kind}"/>`;

/** A file as a bar of pieces: `[length, kind, word]` each. */
export function bar(x, y, pieces, height = 26) {
  let at = x;
  return pieces.flatMap(([length, kind, word = '']) => {
    const from = at;
    at += length;
    return [
      `<rect x="${from}" y="${y}" width="${length - 2}" height="${height}" rx="2" class="${kind}"/>`,
      ...(word
        ? [words(from + (length - 2) / 2, y + height / 2 + 5, word, kind === 'box' ? 'code' : 'code on', 'middle')]
        : []),
    ];
  });
}
