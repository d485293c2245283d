// Where a visitor's own files come in: by a drop anywhere on the page, or chosen. What explains them is loaded then.
import { at } from '../dom.js';

const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files');
const mark = (isOver) => document.body.classList.toggle('dropping', isOver);

/** @param {Iterable<FileSystemEntry | File>} dropped */
async function explain(dropped) {
  at('explain').scrollIntoView();
  try {
    const { Explanation } = await import('../later.js');
    await Explanation.begin(dropped);
  } catch (error) {
    at('explain-said').textContent = `What looks at files cannot be loaded right now: ${error.message}`;
  }
}

export function openDoor() {
  // The same files can be chosen again, once they are mended.
  at('files').addEventListener('click', () => {
    at('files').value = '';
  });
  at('files').addEventListener('change', () => {
    const chosen = [...at('files').files];
    if (chosen.length > 0) explain(chosen);
  });
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  addEventListener('dragleave', ({ relatedTarget }) => relatedTarget || mark(false));
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(false);
    // What is dropped can be asked for now, and not once anything was waited for.
    const items = [...event.dataTransfer.items].filter(({ kind }) => kind === 'file');
    explain(items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()));
  });
}
