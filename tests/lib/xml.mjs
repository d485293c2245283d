// Parses XML to a tree. The parser takes only well-formed text.
import sax from 'sax';

/**
 * @typedef {{name: string, attributes: Record<string, string>, children: Element[], text: string}} Element
 * @param {string} text
 * @returns {Element} the root
 */
export function parseXml(text) {
  const parser = sax.parser(true);
  const top = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: '' };
    open.at(-1).children.push(element);
    open.push(element);
  };
  parser.ontext = (text) => (open.at(-1).text += text);
  parser.onclosetag = () => open.pop();
  parser.write(text).close();
  return top.children[0];
}

/** The children of `element` that have the name. */
export const named = (element, name) => element.children.filter((child) => child.name === name);
