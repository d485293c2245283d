// The page's colours, for drawings.

const NAMES = ['ink', 'quiet', 'rule', 'accent', 'wash', 'alarm', 'paper', 'cache', 'memory', 'kv', 'built'];
const scheme = matchMedia('(prefers-color-scheme: dark)');
let colours;

/** @returns {Record<string, string>} */
export function theme() {
  if (colours) return colours;
  const style = getComputedStyle(document.documentElement);
  colours = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  colours.font = `11px ${style.getPropertyValue('--sans').trim()}`;
  return colours;
}

scheme.addEventListener('change', () => (colours = undefined));

/** Whether the visitor asks for reduced motion. */
export const isCalm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
