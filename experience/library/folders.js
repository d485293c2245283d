// The folders of the library: the way to the one that is looked at, and those in it.
import { h } from '../dom.js';
import { count } from '../words.js';

/**
 * @param {HTMLElement} element
 * @param {import('./catalogue.js').Catalogue} catalogue
 * @param {(folder: string) => void} chosen
 */
export function drawFolders(element, catalogue, chosen) {
  const { folder, isWhole } = catalogue;
  const names = folder.split('/').slice(0, -1);
  const button = (name, to, more = {}) => h('button', { type: 'button', onclick: () => chosen(to), ...more }, name);
  const way = ['', ...names].map((name, depth) => {
    const to = names
      .slice(0, depth)
      .map((each) => `${each}/`)
      .join('');
    return button(name || 'All', to, { class: 'plain', 'aria-current': to === folder ? 'true' : undefined });
  });
  const inside = catalogue.folders();
  // One folder with everything in it narrows nothing.
  const isOne = inside.length === 1 && isWhole && inside[0][1] === catalogue.entries.size;
  const chips = (isOne ? [] : inside).map(([to, below]) => {
    const chip = button(`${to.slice(folder.length)} `, to, { 'aria-label': `Folder ${to}` });
    chip.append(h('small', {}, `${count(below)}${isWhole ? '' : '+'}`));
    return chip;
  });
  element.hidden = names.length === 0 && chips.length === 0;
  element.replaceChildren(h('span', { class: 'way' }, ...way), ...chips);
}
