// Elements, made and found.

/** @param {string} id */
export const at = (id) => document.getElementById(id);

/**
 * `h('a', { href: '/x', class: 'y', onclick: f }, 'text', child)`: members with a dash, `class` and
 * `role` are attributes, all others properties. Text is always text.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes('-') || ['class', 'role', 'for', 'scope', 'colspan'].includes(name))
      element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** The same for SVG, where everything is an attribute. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

/** Several choices of which one holds: radio buttons that look like one control. */
export function choices(name, options, chosen, onChoose) {
  return options.map(([value, label, hint]) => {
    const input = h('input', {
      type: 'radio',
      name,
      value,
      checked: value === chosen,
      onchange: () => onChoose(value),
    });
    return h('label', { class: 'choice', title: hint ?? '' }, input, h('span', {}, label));
  });
}
