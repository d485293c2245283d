// The Experience page of a local edge, in a real browser; whatever goes wrong in it is noted.
import assert from 'node:assert/strict';
import { launch } from './browser.mjs';
import { startEdge } from './edge.mjs';
import { VARS } from './admin.mjs';

const PATIENCE_MS = 60_000;
export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/**
 * @param {string} folder of media
 * @param {Parameters<typeof startEdge>[1]} [options]
 */
export async function startExperience(folder, { vars, ...options } = {}) {
  const edge = await startEdge(folder, { vars: { ...VARS, EXPERIENCE: 'on', ...vars }, ...options });
  const browser = await launch();
  return {
    edge,
    /**
     * @param {string} [query] of the page's address
     * @param {object} [context] as Playwright has it
     * @param {() => void} [first] runs in the page before anything else does
     */
    open: (query = '', context = {}, first = () => {}) =>
      open(browser, new URL(`/${query}`, edge.url).href, context, first),
    async close() {
      await browser.close();
      await edge.close();
    },
  };
}

async function open(browser, url, options, first) {
  const context = await browser.newContext({ viewport: DESK, ...options });
  const faults = [];
  const urls = [];
  // Of the service worker, too.
  context.on('request', (request) => urls.push(request.url()));
  const page = await context.newPage();
  page.on(
    'console',
    (message) => ['error', 'warning'].includes(message.type()) && faults.push(`${message.type()}: ${message.text()}`),
  );
  page.on('pageerror', (error) => faults.push(`exception: ${error.stack || error}`));
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      window.violations.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  await page.addInitScript(first);
  await page.goto(url);
  const record = () => page.evaluate(() => window.experience.record());
  return {
    page,
    /** Every sample, fragment, switch and stall, as the charts draw them. */
    record,
    until: (what, condition, argument, patience = PATIENCE_MS) =>
      page.waitForFunction(condition, argument, { timeout: patience, polling: 100 }).catch(async (error) => {
        const { samples, marks } = await record();
        throw new Error(
          `it did not come to this: ${what}. ${JSON.stringify({ last: samples.at(-1), marks, faults, said: error.message.slice(0, 100) })}`,
        );
      }),
    /** Whatever went wrong so far and reads like this was meant to. */
    forgive(pattern) {
      const meant = faults.filter((fault) => pattern.test(fault));
      assert.ok(meant.length > 0, `nothing of ${pattern} in ${JSON.stringify(faults)}`);
      for (const fault of meant) faults.splice(faults.indexOf(fault), 1);
    },
    /** Closes it. Nothing went wrong, nothing was forbidden, and nothing was asked of another host. */
    async close() {
      const violations = await page.evaluate(() => window.violations);
      await context.close();
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
      assert.ok(urls.length > 0);
      const { host } = new URL(url);
      assert.deepEqual(
        urls.filter((one) => !one.startsWith('blob:') && new URL(one).host !== host),
        [],
      );
    },
  };
}
