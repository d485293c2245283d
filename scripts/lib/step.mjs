// Reports each step in a line: a spinner with a percentage on a terminal, plain lines elsewhere.

/** Without a terminal: from when on a step counts as long, and how often it says where it is. */
const LONG_MS = 1500;
const EVERY_MS = 8000;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const tty = process.stderr.isTTY;
const colour = tty && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);

export const bold = (text) => paint(1, text);
export const dim = (text) => paint(2, text);

/** `850 ms`, `4.2 s`, `3 min 05 s` */
export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** `812 B`, `3.4 kB`, `42.1 MB`, `6.00 GB` */
export function bytes(count) {
  const units = [
    { unit: 'GB', size: 1e9, digits: 2 },
    { unit: 'MB', size: 1e6, digits: 1 },
    { unit: 'kB', size: 1e3, digits: 1 },
  ];
  const { unit, size, digits } = units.find((one) => count >= one.size) ?? { unit: 'B', size: 1, digits: 0 };
  return `${(count / size).toFixed(digits)} ${unit}`;
}

/**
 * Does one step of the way and says so.
 *
 * `work` gets a `report` function: `report(0.4)` for a share done, `report('text')` for what is at
 * hand, `report(0.4, 'text')` for both. A `note` in what `work` returns stands behind the finished step.
 * @template T
 * @param {string} title
 * @param {(report: (...news: (number|string)[]) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const begun = performance.now();
  const view = tty ? spinner(title) : plain(title);
  try {
    const result = await work(view.report);
    const { note: said } = /** @type {{note?: string}} */ (result ?? {});
    const note = said ? `  ${dim(said)}` : '';
    view.end(`${paint(32, '✓')} ${title}  ${dim(duration(performance.now() - begun))}${note}`);
    return result;
  } catch (error) {
    view.end(`${paint(31, '✗')} ${title}`);
    throw error;
  }
}

/** The spinners that turn, in the order they began. There is one line for them, which is the last one's. */
const turning = [];

function spinner(title) {
  const told = news();
  let frame = 0;
  const draw = () => {
    if (turning.at(-1) !== draw) return;
    const { share, text } = told;
    const percent = share === undefined ? '' : ` ${String(Math.floor(share * 100)).padStart(3)} %`;
    const line = `${title}${percent}`;
    const room = (process.stderr.columns ?? 80) - line.length - 5;
    const rest = text && room > 8 ? `  ${dim(text.slice(0, room))}` : '';
    process.stderr.write(`\r\x1b[2K${paint(36, FRAMES[frame++ % FRAMES.length])} ${line}${rest}`);
  };
  turning.push(draw);
  const timer = setInterval(draw, 90);
  draw();
  return {
    report: told.report,
    end: (line) => {
      clearInterval(timer);
      turning.splice(turning.indexOf(draw), 1);
      process.stderr.write(`\r\x1b[2K${line}\n`);
    },
  };
}

/** Without a terminal: a line when a step takes long, one every few seconds that says where it is, one at its end. */
function plain(title) {
  const told = news();
  const tell = () => {
    const { share, text } = told;
    const percent = share === undefined ? '' : ` ${Math.floor(share * 100)} %`;
    console.error(`… ${title}${percent}${text && `  ${text.slice(0, 100)}`}`);
  };
  let timer = setTimeout(() => {
    tell();
    timer = setInterval(tell, EVERY_MS);
  }, LONG_MS);
  return {
    report: told.report,
    end: (line) => {
      clearInterval(timer);
      console.error(line);
    },
  };
}

/** What a step has said of itself: which share of it is done, and what it is at. */
function news() {
  /** @type {{share?: number, text: string, report: (...news: (number | string)[]) => void}} */
  const told = {
    text: '',
    report: (...news) => {
      for (const one of news) {
        if (typeof one === 'number') told.share = Math.min(one, 1);
        else told.text = one;
      }
    },
  };
  return told;
}
