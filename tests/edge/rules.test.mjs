// Manifests of HLS and DASH, of presentations of many kinds, keep the rules of both; and what is served keeps what they
// say: every segment of every level is loaded and held against it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { DUBBED, dubbedFolder } from '../lib/dubbed.mjs';
import { startEdge } from '../lib/edge.mjs';
import { incompleteGroups, mediaFaults, multivariantFaults, peakOf } from '../lib/hls-rules.mjs';
import { KINDS } from '../lib/kinds.mjs';
import { inside, load, measured, measuredText } from '../lib/measured.mjs';
import { latest, mpdFaults } from '../lib/mpd-rules.mjs';

for (const { title, make, rates, progressive, isProtected } of KINDS) {
  describe(`of ${title}`, () => {
    let edge;
    before(async () => (edge = await startEdge(await make())));
    after(() => edge?.close());

    for (const [name, rate] of Object.entries(rates)) {
      test(`${name} keeps the rules of DASH`, async () => {
        const { text, status } = await edge.get(`/${name}/manifest.mpd`);
        assert.equal(status, 200, text);
        assert.deepEqual(mpdFaults(text), [], text);
        const { attributes, sets, tricks } = readMpd(text);
        const buffered = Number(/^PT([\d.]+)S$/.exec(attributes.minBufferTime)[1]);
        for (const { attributes: set, levels } of [...sets, ...tricks]) {
          const starts = levels.map(({ segments }) => segments.map(({ start }) => start));
          assert.ok(
            starts.every((own) => String(own) === String(starts[0])),
            'levels are aligned',
          );
          for (const { attributes: level, segments } of levels) {
            const sent = await Promise.all(
              segments.map(async ({ start, url }) => ({
                start: start / Number(set.timescale),
                bytes: (await load(edge, inside(name, url), set.mimeType)).length,
              })),
            );
            const late = latest(sent, Number(level.bandwidth), buffered);
            assert.ok(late < 1e-6, `${level.id}: at ${level.bandwidth} b/s a segment comes ${late} s late`);
          }
        }
      });

      test(`${name} keeps the rules of HLS`, async () => {
        const { text, status } = await edge.get(`/${name}/master.m3u8`);
        assert.equal(status, 200, text);
        assert.deepEqual([multivariantFaults(text), incompleteGroups(text)], [[], []], text);
        const master = readPlaylist(text);
        /** @returns {Record<string, string>[]} */
        const of = (wanted) =>
          master
            .filter(({ tag }) => tag === wanted)
            .map(({ attributes, url }) => ({ ...attributes, url: attributes.URI ?? url }));
        const texts = of('EXT-X-MEDIA').filter(({ TYPE }) => TYPE === 'SUBTITLES');
        const levels = new Map();
        for (const { url } of [...of('EXT-X-STREAM-INF'), ...of('EXT-X-MEDIA'), ...of('EXT-X-I-FRAME-STREAM-INF')]) {
          if (!levels.has(url))
            levels.set(
              url,
              await (texts.some(({ URI }) => URI === url)
                ? measuredText(edge, name, url)
                : measured(edge, name, url, isProtected)),
            );
        }
        const isExact = progressive?.test(name) ?? false;
        const holds = (said, taken, what) => {
          assert.ok(Number(said) >= Math.floor(taken), `${what}: ${said} is stated, ${taken} taken`);
          // A stored fragment may be larger than its segment by all that is PIFF's, and that weighs most where there is little else.
          assert.ok(
            Number(said) <= (isExact ? Math.ceil(taken) + 2 : taken * 1.1 + 6000),
            `${what}: ${said} is stated, no more than ${taken} taken`,
          );
        };
        const sounds = of('EXT-X-MEDIA').filter(({ TYPE }) => TYPE === 'AUDIO');
        for (const variant of of('EXT-X-STREAM-INF')) {
          const own = levels.get(variant.url);
          const beside = sounds
            .filter((sound) => sound['GROUP-ID'] === variant.AUDIO && sound.URI !== variant.url)
            .map(({ URI }) => levels.get(URI));
          const said = texts.filter((text) => text['GROUP-ID'] === variant.SUBTITLES).map(({ URI }) => levels.get(URI));
          const largest = (some, figure) => Math.max(0, ...some.map((level) => level[figure]));
          const most = (figure) => largest(beside, figure) + largest(said, figure);
          holds(variant.BANDWIDTH, own.peak + most('peak'), `${variant.url} at most`);
          holds(variant['AVERAGE-BANDWIDTH'], own.average + most('average'), `${variant.url} on average`);
          const codecs = [own, ...beside].map(({ codec }) => codec);
          assert.deepEqual(variant.CODECS.split(','), [...new Set(codecs)], 'codecs are those of the init segments');
          assert.equal(variant.RESOLUTION, own.size, 'its size is what is decoded');
          if (own.rate) {
            const [frames, each] = rate.split('/').map(Number);
            assert.equal(variant['FRAME-RATE'], (frames / each).toFixed(3));
            assert.ok(Math.abs(own.rate - frames / each) < 0.01, `ffprobe finds ${own.rate} frames a second`);
          }
        }
        for (const keys of of('EXT-X-I-FRAME-STREAM-INF')) {
          const own = levels.get(keys.url);
          assert.ok(
            Number(keys.BANDWIDTH) >= Math.floor(own.peak),
            `${keys.url}: ${keys.BANDWIDTH} is stated, ${own.peak} taken`,
          );
          if (isExact)
            assert.ok(
              Number(keys.BANDWIDTH) <= Math.ceil(own.peak) + 2,
              `${keys.url}: ${keys.BANDWIDTH} is stated, no more than ${own.peak} taken`,
            );
          assert.deepEqual([keys.CODECS, keys.RESOLUTION], [own.codec, own.size]);
          assert.equal(own.frames, own.segments.length, 'a picture a segment');
        }
        for (const { url } of of('EXT-X-STREAM-INF').filter(({ RESOLUTION }) => RESOLUTION)) {
          const starts = (one) => levels.get(one).segments.map(({ start }) => start);
          assert.deepEqual(starts(url), starts(of('EXT-X-STREAM-INF')[0].url), 'video levels are aligned');
        }
      });
    }
  });
}

test('what breaks a rule is seen', async () => {
  const edge = await startEdge(await dubbedFolder());
  try {
    const [name] = Object.keys(DUBBED);
    const [master, mpd] = await Promise.all(
      ['master.m3u8', 'manifest.mpd'].map(async (file) => (await edge.get(`/${name}/${file}`)).text),
    );
    const media = (await edge.get(inside(name, readPlaylist(master).find(({ url }) => url).url))).text;
    /** @type {[rules: (text: string) => unknown[], text: string, from: string | RegExp, to: string, wanted: RegExp][]} */
    const broken = [
      [multivariantFaults, master, 'EXT-X-VERSION:7', 'EXT-X-VERSION:7\n#EXT-X-VERSION:7', /too often/],
      [multivariantFaults, master, 'FRAME-RATE=29.970', 'FRAME-RATE=29.97', /FRAME-RATE=29.97$/],
      [multivariantFaults, master, /AVERAGE-BANDWIDTH=\d+/, 'AVERAGE-BANDWIDTH=9999999', /more than at most/],
      [multivariantFaults, master, 'AUDIO="audio-2"', 'AUDIO="none"', /not there/],
      [multivariantFaults, master, 'DEFAULT=NO', 'DEFAULT=YES', /several defaults/],
      [multivariantFaults, master, 'LANGUAGE="en"', 'LANGUAGE="de"', /select by language/],
      [multivariantFaults, master, /RESOLUTION=\d+x\d+,/, '', /otherwise/],
      [multivariantFaults, master, /BANDWIDTH=(\d+),AVERAGE/, 'BANDWIDTH=$1,BANDWIDTH=$1,AVERAGE', /twice/],
      [multivariantFaults, master, /#EXT-X-I-FRAME-STREAM-INF.*\n/, '', /keyframes of 1/],
      [incompleteGroups, master, /#EXT-X-MEDIA[^\n]*deu\/64000[^\n]*\n/, '', /eng/],
      [mediaFaults, media, 'TARGETDURATION:2', 'TARGETDURATION:1', /longer than the target/],
      [mediaFaults, media, 'EXT-X-VERSION:7', 'EXT-X-VERSION:5', /version 6/],
      [mediaFaults, media, '#EXT-X-ENDLIST\n', '', /no EXT-X-ENDLIST/],
      [mediaFaults, media, /#EXT-X-MAP.*\n/, '', /no EXT-X-MAP/],
      [mediaFaults, media, /\n0.m4s/, '', /no URL/],
      [mpdFaults, mpd, 'segmentAlignment="true"', 'segmentAligned="true"', /segmentAligned/],
      [mpdFaults, mpd, /(<Label>.*<\/Label>)\s*(<Role.*\/>)/, '$2$1', /in it, where/],
      [mpdFaults, mpd, /mediaPresentationDuration="PT9/, 'mediaPresentationDuration="PT8', /it lasts/],
      [mpdFaults, mpd, 'frameRate="30000/1001"', 'frameRate="29.97"', /frameRate/],
      [mpdFaults, mpd, 'video/200000/iframes', 'video/200000', /not unique/],
      [mpdFaults, mpd, 'trickmode" value="0"', 'trickmode" value="1"', /stands in for 1/],
      [mpdFaults, mpd, 'minBufferTime="PT2', 'minBufferTime="PT1', /buffered/],
      [mpdFaults, mpd, /<S d="(\d+)"/, '<S t="5000000" d="$1"', /begins|lasts/],
      [mpdFaults, mpd, '$Time$', '$Number$', /by their time/],
    ];
    for (const [rules, text, from, to, wanted] of broken) {
      const changed = text.replace(from, to);
      assert.notEqual(changed, text, `${from} stands in it`);
      assert.ok(
        rules(changed).some((fault) => wanted.test(String(fault))),
        `${from} for ${to}: ${JSON.stringify(rules(changed))}`,
      );
    }
    assert.equal(
      peakOf(
        [
          { bytes: 900, seconds: 0.5 },
          { bytes: 0, seconds: 0.25 },
          { bytes: 900, seconds: 0.5 },
        ],
        1.5,
      ),
      11_520,
    );
    const late = (bandwidth) =>
      latest(
        [
          { bytes: 250, start: 0 },
          { bytes: 500, start: 2 },
        ],
        bandwidth,
        2,
      );
    assert.deepEqual([late(2000), late(1600)], [0, 0.5]);
  } finally {
    await edge.close();
  }
});
