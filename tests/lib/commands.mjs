// The commands that README and the documentation give to a shell.
import { readFile, readdir } from 'node:fs/promises';
import { local } from '../../scripts/lib/project.mjs';

/** @returns {Promise<Map<string, string>>} the pages, by their paths */
export async function readPages() {
  const docs = (await readdir(local('docs'))).filter((name) => name.endsWith('.md')).sort();
  const paths = ['README.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)];
  return new Map(
    await Promise.all(paths.map(async (path) => /** @type {const} */ ([path, await readFile(local(path), 'utf8')]))),
  );
}

/** What stands in blocks of code in one of these languages. */
export const blocksOf = (page, ...languages) =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)]
    .filter(([, language]) => languages.includes(language))
    .map(([, language, text]) => ({ language, text }));

/**
 * The commands in a page's blocks, each in one line, without comments: all lines of `sh`, and of `console` those behind a
 * prompt.
 */
export function commandsOf(page) {
  const lines = blocksOf(page, 'sh', 'console').flatMap(({ language, text }) => {
    const joined = text.replaceAll(/\\\n\s*/g, '').split('\n');
    return language === 'sh' ? joined : joined.flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
  });
  return lines.map((line) => line.replace(/(^|\s+)# .*/, '').trim()).filter((line) => line !== '');
}

/** The calls of millrace in a page, in blocks and within sentences. What follows the subcommand may be one of its own. */
export function callsOf(page) {
  const within = [...page.replaceAll(/^```.*?^```/gms, '').matchAll(/`(millrace\s[^`]+)`/g)].map(([, call]) => call);
  return [...within, ...commandsOf(page)]
    .filter((line) => line.startsWith('millrace '))
    .map((line) => line.split(/\s+/).slice(1))
    .filter(([name]) => /^[a-z]+$/.test(name))
    .map(([name, ...rest]) => ({
      name,
      next: rest[0],
      options: rest.flatMap((word) => /^--[a-z][a-z-]*/.exec(word) ?? []),
    }));
}

/** The scripts of package.json that a page names: `npm start`, `npm test`, `npm run x`. */
export const scriptsOf = (page) =>
  [...page.matchAll(/npm (?:run (?:-s )?([a-z][a-z:-]*)|(start|test)\b)/g)].map(([, run, short]) => run ?? short);
