// From what was dropped or chosen to files by name: a folder is walked, and its files are called by their paths.

/** No more are taken: a day of a live channel's archive has half of it for each track. */
const MOST = 100_000;

/**
 * @param {Iterable<FileSystemEntry | File>} dropped
 * @returns {Promise<Map<string, File>>} in the order of their names
 */
export async function gather(dropped) {
  /** @type {Map<string, File>} */
  const files = new Map();
  const left = [...dropped];
  while (left.length > 0 && files.size < MOST) {
    const one = left.pop();
    if (one instanceof File) files.set(one.name, one);
    else if (one.isDirectory) left.push(...(await within(/** @type {FileSystemDirectoryEntry} */ (one))));
    else if (!one.name.startsWith('.')) files.set(one.fullPath.slice(1), await fileOf(one));
  }
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What is in a folder, which tells it in parts. */
async function within(folder) {
  const reader = folder.createReader();
  const entries = [];
  while (entries.length < MOST) {
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) break;
    entries.push(...part);
  }
  return entries;
}

/** @returns {Promise<File>} */
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));
