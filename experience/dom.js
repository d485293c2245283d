// Makes and finds elements, and listens to events.

/**
 * @typedef {object} Elements of the page that are more than an `HTMLElement`
 * @property {HTMLInputElement} address
 * @property {HTMLSelectElement} caption
 * @property {HTMLDialogElement} detail
 * @property {HTMLInputElement} files
 * @property {HTMLFormElement} finder
 * @property {HTMLInputElement} follow
 * @property {HTMLTableSectionElement} fragments
 * @property {HTMLSelectElement} level
 * @property {HTMLSelectElement} order
 * @property {HTMLSelectElement} presentation
 * @property {HTMLInputElement} search
 * @property {HTMLInputElement} speed
 * @property {HTMLCanvasElement} timeline
 * @property {HTMLInputElement} token
 * @property {HTMLVideoElement} video
 */

/**
 * @template {string} Id
 * @param {Id} id
 */
export const at = (id) =>
  /** @type {Id extends keyof Elements ? Elements[Id] : HTMLElement} */ (document.getElementById(id));

/**
 * Calls `act` with what each event of this name carries.
 * @template T
 * @param {EventTarget} target
 * @param {string} name
 * @param {(detail: T) => void} act
 */
export const on = (target, name, act) =>
  target.addEventListener(name, (event) => act(/** @type {CustomEvent<T>} */ (event).detail));

/**
 * `h('a', { href: '/x', class: 'y', onclick: f }, 'text', child)`: members with a dash, `class` and
 * `role` are attributes, all others properties. Text is always text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | undefined | (Node | string)[])} children
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes('-') || ['class', 'role', 'for', 'scope', 'colspan'].includes(name))
      element.setAttribute(name, String(value));
    else element[name] = value;
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/**
 * The same for SVG, where everything is an attribute.
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string | (Node | string)[])} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.flat());
  return element;
}

/**
 * Radio buttons that look like one control.
 * @param {string} name
 * @param {[value: string, label: string, hint?: string][]} options
 * @param {string} chosen
 * @param {(value: string) => void} onChoose
 */
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
