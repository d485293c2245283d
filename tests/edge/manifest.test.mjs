// The client manifest, as a player reads it, beside what the files hold.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CAPTIONS } from '../../scripts/sample/captions.mjs';
import { AUDIO, LEVELS } from '../../scripts/sample/recipe.mjs';
import { BRIEF, briefFolder } from '../lib/brief.mjs';
import { startEdge } from '../lib/edge.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { SAMPLE, sampleFolder, sampleLevels } from '../lib/sample.mjs';

describe('the manifest', () => {
  let edge;
  let answer;
  let manifest;
  let levels;

  before(async () => {
    edge = await startEdge(await sampleFolder());
    levels = sampleLevels();
    answer = await edge.get(`/${SAMPLE}/Manifest`);
    manifest = readManifest(answer.text);
  });

  after(() => edge?.close());

  test('its headers', () => {
    assert.equal(answer.status, 200);
    assert.match(answer.headers['content-type'], /^(text\/xml|application\/vnd\.ms-sstr\+xml)\b/);
    assert.equal(answer.headers['content-length'], String(answer.body.length));
    assert.equal(answer.headers['cache-control'], 'public, max-age=10, stale-while-revalidate=20, stale-if-error=20');
    assert.match(answer.headers.etag, /^"[^"]+"$/);
    assert.ok(answer.text.startsWith('<?xml version="1.0" encoding="utf-8"?>'), answer.text.slice(0, 60));
  });

  test('its root: on demand, in ticks of 100 ns', () => {
    const { attributes } = manifest;
    assert.equal(attributes.MajorVersion, '2');
    assert.equal(attributes.MinorVersion, '2', 'chunks are repeated, which only this version may');
    assert.equal(attributes.TimeScale, '10000000');
    const ends = levels.map(({ fragments }) => fragments.at(-1).start + fragments.at(-1).duration);
    assert.equal(attributes.Duration, String(Math.max(...ends)));
    for (const name of ['IsLive', 'LookaheadCount', 'DVRWindowLength']) assert.ok(!(name in attributes), name);
  });

  test('a stream each for video and audio, and one for each language of text', () => {
    const [video, audio, ...texts] = manifest.streams;
    assert.deepEqual(
      texts.map(({ attributes: { Type, Name, Subtype, Language } }) => [Type, Name, Subtype, Language]),
      CAPTIONS.map(({ name, language }) => ['text', name, 'CAPT', language]),
    );
    for (const [stream, type, count] of [
      [video, 'video', LEVELS.length],
      [audio, 'audio', 1],
    ]) {
      const { attributes } = stream;
      assert.equal(attributes.Type, type);
      assert.equal(attributes.Name, type);
      assert.equal(attributes.TimeScale ?? '10000000', '10000000');
      assert.equal(attributes.Chunks, '31');
      assert.equal(attributes.QualityLevels, String(count));
      assert.equal(stream.levels.length, count);
      assert.match(
        attributes.Url,
        new RegExp(`^[0-9a-f]{16}/QualityLevels\\(\\{bitrate\\}\\)/Fragments\\(${type}=\\{start time\\}\\)$`),
      );
    }
    assert.equal(video.attributes.Url.slice(0, 16), audio.attributes.Url.slice(0, 16), 'one generation');
    assert.equal(video.attributes.MaxWidth, '1920');
    assert.equal(video.attributes.MaxHeight, '1080');
  });

  test('its levels, with what a decoder needs', () => {
    const { levels: video } = manifest.stream('video');
    for (const [at, { bitrate, width, height }] of LEVELS.entries()) {
      const level = video[at];
      assert.equal(level.Index, String(at));
      assert.equal(level.Bitrate, String(bitrate));
      assert.equal(level.FourCC, 'H264');
      assert.deepEqual([level.MaxWidth, level.MaxHeight], [String(width), String(height)]);
      assert.match(
        level.CodecPrivateData,
        /^0000000167[0-9A-F]+0000000168[0-9A-F]+$/i,
        'parameter sets behind start codes',
      );
    }
    const [audio] = manifest.stream('audio').levels;
    assert.equal(audio.Bitrate, String(AUDIO.bitrate));
    assert.equal(audio.FourCC, 'AACL');
    assert.equal(audio.SamplingRate, '48000');
    assert.equal(audio.Channels, '2');
    assert.equal(audio.BitsPerSample, '16');
    assert.equal(audio.AudioTag, '255');
    assert.equal(audio.PacketSize, '4');
    assert.match(audio.CodecPrivateData, /^1190/);
  });

  test('its chunks start and last as the fragments of the files do', () => {
    for (const { stream, fragments } of levels) {
      const expected = fragments.map(({ start, duration }) => ({ start, duration }));
      assert.deepEqual(manifest.stream(stream).chunks, expected);
    }
  });

  test('equal chunks are written once; in the legacy form each by itself', async () => {
    assert.deepEqual(
      manifest.stream('video').elements.map(({ d, r }) => [d, r]),
      [
        ['20000000', '30'],
        ['10000000', undefined],
      ],
    );
    const legacy = readManifest((await edge.get(`/${SAMPLE}/Manifest(format=fmp4-v20)`)).text);
    assert.equal(legacy.attributes.MajorVersion, '2');
    assert.equal(legacy.attributes.MinorVersion, '0');
    for (const { attributes, elements, chunks } of legacy.streams) {
      assert.equal(elements.length, 31);
      assert.ok(elements.every((element) => !('r' in element)));
      assert.deepEqual(chunks, manifest.stream(attributes.Name).chunks);
    }
    const differs = (/** @type {Record<string, string>} */ { MinorVersion, ...rest }) => rest;
    assert.deepEqual(differs(legacy.attributes), differs(manifest.attributes));
    assert.deepEqual(
      legacy.streams.map(({ levels }) => levels),
      manifest.streams.map(({ levels }) => levels),
    );
  });

  test('each form has a tag of its own', async () => {
    const legacy = await edge.get(`/${SAMPLE}/Manifest(format=fmp4-v20)`);
    assert.notEqual(legacy.headers.etag, answer.headers.etag);
    const compact = await edge.get(`/${SAMPLE}/manifest(format=fmp4)`);
    assert.ok(compact.body.equals(answer.body));
  });
});

describe('a deployment that says MANIFEST=legacy', () => {
  let edge;
  before(async () => (edge = await startEdge(await briefFolder(), { vars: { MANIFEST: 'legacy' } })));
  after(() => edge?.close());

  test('repeats no chunk, unless a request says otherwise', async () => {
    const legacy = readManifest((await edge.get(`/${BRIEF}/Manifest`)).text);
    assert.equal(legacy.attributes.MinorVersion, '0');
    assert.equal(legacy.stream('video').elements.length, 5);
    const compact = readManifest((await edge.get(`/${BRIEF}/Manifest(format=fmp4)`)).text);
    assert.equal(compact.attributes.MinorVersion, '2');
    assert.equal(compact.stream('video').elements.length, 1);
    assert.deepEqual(compact.stream('video').chunks, legacy.stream('video').chunks);
  });
});
