// The Experience page for everybody: by keyboard, for screen readers, on a phone, in light and dark. axe-core
// finds nothing serious, and there are screenshots for whoever wants to look.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { local } from '../../scripts/lib/project.mjs';
import { photograph } from '../lib/browser.mjs';
import { DESK, PHONE, startExperience } from '../lib/experience.mjs';
import { SAMPLE, sampleFolder } from '../lib/sample.mjs';

/** The lowest window in which the picture, the line and the chart of levels are to be seen at once. */
const LOWEST = { desk: 720, phone: PHONE.height };
const NARROWEST = { width: 360, height: 640 };

let experience;
let axe;

before(async () => {
  experience = await startExperience(await sampleFolder());
  axe = await readFile(local('node_modules/axe-core/axe.min.js'), 'utf8');
});

after(() => experience?.close());

async function expectNoFault(page, where) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
  assert.ok(passes.length > 20, `${passes.length} rules were held against it`);
  const found = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  assert.deepEqual(
    found.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`),
    [],
  );
}

for (const [device, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`${device}, ${colorScheme}`, async () => {
      const opened = await experience.open('?line=dsl', { viewport, colorScheme });
      const { page, until } = opened;
      await page.locator('.card').scrollIntoViewIfNeeded();
      await until(
        'a poster',
        () => /** @type {HTMLCanvasElement} */ (document.querySelector('.card canvas')).width === 640,
      );
      await page.evaluate(() => scrollTo(0, 0));
      await until(
        'fragments in the table, and a strip',
        () => document.querySelectorAll('#fragments tr').length === 10 && document.querySelector('#strip svg') !== null,
      );
      assert.equal(
        await page.evaluate(() => document.documentElement.scrollWidth),
        viewport.width,
        'nothing sticks out',
      );
      for (const part of ['video', '#profile', '#speed', '#levels-plot']) {
        const { y, height } = await page.locator(part).boundingBox();
        assert.ok(y >= 0 && y + height <= LOWEST[device], `${part} ends at ${y + height}`);
      }
      await photograph(page, `experience-${device}-${colorScheme}`, { fullPage: true });
      await expectNoFault(page, 'page');
      await page.getByRole('button', { name: `Details of ${SAMPLE}` }).click();
      await page.getByRole('dialog').getByText('Timeline').waitFor();
      await photograph(page, `experience-${device}-${colorScheme}-detail`);
      await expectNoFault(page, 'details');
      await opened.close();
    });
  }
}

test('on the narrowest of phones, nothing sticks out', async () => {
  const opened = await experience.open('', { viewport: NARROWEST });
  await opened.until('a strip', () => document.querySelector('#strip svg') !== null);
  assert.equal(await opened.page.evaluate(() => document.documentElement.scrollWidth), NARROWEST.width);
  await opened.close();
});

test('by keyboard alone: to the player, another protocol, another line, a fragment', async () => {
  const opened = await experience.open('?protocol=dash&line=dsl');
  const { page, until } = opened;
  await until('some fragments', () => document.querySelectorAll('#fragments tr').length > 4);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'To the player');
  const tabTo = async (name) => {
    for (let pressed = 0; pressed < 40; pressed++) {
      if (
        await page.evaluate(
          (wanted) =>
            document.activeElement.getAttribute('name') === wanted ||
            document.activeElement.id === wanted ||
            document.activeElement.closest('tbody')?.id === wanted,
          name,
        )
      )
        return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`${name} cannot be reached`);
  };
  await tabTo('profile');
  await page.keyboard.press('ArrowRight');
  await tabTo('speed');
  const before = await page.locator('#speed-said').textContent();
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await page.locator('#speed-said').textContent(), before);
  await tabTo('protocol');
  await page.keyboard.press('ArrowRight');
  await until('HLS', () => experience.record().protocol === 'hls');
  await until('fragments again', () => document.querySelectorAll('#fragments tr').length > 4);
  await tabTo('fragments');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#follow').isChecked(), false);
  assert.match(page.url(), /protocol=hls&line=[\d.]+/);
  await opened.close();
});

test('whoever wants no motion sees charts change once a second', async () => {
  const drawn = async (reducedMotion) => {
    const opened = await experience.open('', { reducedMotion });
    await opened.until('some samples', () => experience.record().samples.length > 4);
    const counted = await opened.page.evaluate(async () => {
      const { clearRect } = CanvasRenderingContext2D.prototype;
      const timeline = document.querySelector('#timeline');
      const { samples } = experience.record();
      let times = 0;
      CanvasRenderingContext2D.prototype.clearRect = function (...all) {
        if (this.canvas === timeline) times++;
        return clearRect.apply(this, all);
      };
      while (experience.record().samples.length < samples.length + 8)
        await new Promise((resolve) => setTimeout(resolve, 20));
      return times;
    });
    await opened.close();
    return counted;
  };
  const [calm, lively] = [await drawn('reduce'), await drawn('no-preference')];
  assert.ok(calm >= 1 && calm <= 3, `${calm} times in two seconds`);
  assert.ok(lively >= 7, `${lively} times`);
});
