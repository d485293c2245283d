// The Experience page, asked to play what it has no keys for: it says so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startExperience } from '../lib/experience.mjs';
import { protectedFolder } from '../lib/protected.mjs';

const SAID = 'This film is protected, and the page has no keys.';

let experience;

before(async () => {
  experience = await startExperience(await protectedFolder());
});

after(() => experience?.close());

for (const name of ['cenc', 'cbcs', 'bare']) {
  for (const protocol of ['smooth', 'hls', 'dash']) {
    test(`${name} by ${protocol}: a visitor is told that it is protected, and then what the player says`, async () => {
      const { page, until } = await experience.open(`?presentation=${name}.ism&protocol=${protocol}`);
      await until('what is the matter', (said) => document.querySelector('#trouble').textContent.includes(said), SAID);
      assert.equal(await page.evaluate(() => document.querySelector('video').currentTime), 0);
      await page.context().close();
    });
  }
}
