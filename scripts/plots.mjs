// `npm run plots`: draws the figures of docs/figures.json into docs/images/, one SVG each. With --check it fails where one
// is not what it would draw.
import { readFile, writeFile } from 'node:fs/promises';
import { isMain, local } from './lib/project.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';

const [WIDTH, HEIGHT] = [640, 320];
/** Where axes end. */
const PLOT = { left: 150, right: 600, top: 70, bottom: 280 };

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .quiet { fill: #59636e; }
  line, path { stroke: #d1d9e0; fill: none; }
  .line { stroke-width: 2.5; }
  .a { stroke: #0969da; } .b { stroke: #bc4c00; } .c { stroke: #1a7f37; } .d { stroke: #8250df; }
  rect { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .quiet { fill: #9198a1; }
    line, path { stroke: #3d444d; }
    .a { stroke: #4493f8; } .b { stroke: #db6d28; } .c { stroke: #3fb950; } .d { stroke: #ab7df8; }
    rect { fill: #4493f8; }
  }
`;

const text = (x, y, words, more = '') => `<text x="${round(x)}" y="${round(y)}"${more}>${words}</text>`;
const line = (x1, y1, x2, y2, more = '') =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"${more}/>`;
const round = (number) => Number(number.toFixed(1));
const END = ' text-anchor="end"';
const MIDDLE = ' text-anchor="middle"';

const page = (
  { title, unit },
  parts,
) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<style>${STYLE}</style>
${[text(20, 28, title, ' class="title"'), text(20, 48, unit, ' class="quiet"'), ...parts].join('\n')}
</svg>
`;

/** Bars from 1, each with the stretch in which half of all rounds lie. */
function barred(figure) {
  const most = Math.max(...figure.bars.map(({ high }) => high));
  const place = (value) => PLOT.left + ((value - 0.9) / (most - 0.9)) * (PLOT.right - PLOT.left);
  const step = (PLOT.bottom - PLOT.top) / figure.bars.length;
  const rows = figure.bars.flatMap(({ name, low, middle, high }, at) => {
    const y = PLOT.top + (at + 0.5) * step;
    return [
      text(PLOT.left - 20, y + 4, name, END),
      `<rect x="${round(place(1))}" y="${round(y - 7)}" width="${round(place(middle) - place(1))}" height="14"/>`,
      line(place(low), y, place(high), y, ' class="line b"'),
      text(PLOT.right + 34, y + 4, middle.toFixed(2), END),
    ];
  });
  return page(figure, [
    line(place(1), PLOT.top, place(1), PLOT.bottom),
    text(place(1), PLOT.bottom + 18, '1', MIDDLE),
    ...rows,
  ]);
}

/** A line for each series, over places that are as far from each other. */
function lined(figure) {
  const most = Math.max(...figure.series.flatMap(({ values }) => values));
  const [left, right] = [60, PLOT.right - 130];
  const x = (at) => left + (at / (figure.labels.length - 1)) * (right - left);
  const y = (value) => PLOT.bottom - (value / most) * (PLOT.bottom - PLOT.top);
  const axes = [0, most / 2, most].flatMap((value) => [
    line(left, y(value), right, y(value)),
    text(left - 8, y(value) + 4, String(Number(value.toFixed(2))), `${END} class="quiet"`),
  ]);
  const labels = figure.labels.map((label, at) => text(x(at), PLOT.bottom + 18, label, `${MIDDLE} class="quiet"`));
  const series = figure.series.flatMap(({ name, values }, at) => {
    const points = values.map((value, place) => `${round(x(place))} ${round(y(value))}`);
    return [
      `<path class="line ${'abcd'[at]}" d="M ${points.join(' L ')}"/>`,
      line(right + 12, PLOT.top + 20 * at, right + 28, PLOT.top + 20 * at, ` class="line ${'abcd'[at]}"`),
      text(right + 34, PLOT.top + 20 * at + 4, name),
    ];
  });
  return page(figure, [...axes, ...labels, ...series]);
}

/** @param {{isCheck?: boolean}} [options] */
export async function plots({ isCheck = false } = {}) {
  const figures = JSON.parse(await readFile(local('docs/figures.json'), 'utf8'));
  for (const [name, figure] of Object.entries(figures)) {
    const file = local('docs/images', `${name}.svg`);
    const drawn = figure.bars ? barred(figure) : lined(figure);
    if (!isCheck) await writeFile(file, drawn);
    else if ((await readFile(file, 'utf8').catch(() => '')) !== drawn)
      throw new ScriptError(`docs/images/${name}.svg is not what docs/figures.json says.`, { hint: 'npm run plots' });
  }
}

if (isMain(import.meta)) await runMain((args) => plots({ isCheck: args.includes('--check') }));
