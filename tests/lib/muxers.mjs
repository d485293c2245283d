// Writes progressive MP4s of the same samples with other muxers than ffmpeg's.
import { readFile, writeFile } from 'node:fs/promises';
import {
  ALL_FORMATS,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  Input,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { BoxParser, DataStream, createFile } from 'mp4box';

/** Writes the packets of `from` anew, as Mediabunny does in a browser. */
export async function mediabunny(from, to) {
  const input = new Input({ source: new FilePathSource(from), formats: ALL_FORMATS });
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target: new BufferTarget() });
  const copies = (await input.getTracks()).map((track) => {
    if (track.isVideoTrack()) {
      const source = new EncodedVideoPacketSource(track.codec);
      output.addVideoTrack(source);
      return copying(track, source);
    }
    if (!track.isAudioTrack()) throw new Error(`nobody knows tracks of ${track.type}`);
    const source = new EncodedAudioPacketSource(track.codec);
    output.addAudioTrack(source);
    return copying(track, source);
  });
  await output.start();
  // Audio and video wait for each other, so that they are interleaved.
  await Promise.all(copies.map((copy) => copy()));
  await output.finalize();
  await writeFile(to, Buffer.from(output.target.buffer));
}

/**
 * @param {import('mediabunny').InputVideoTrack | import('mediabunny').InputAudioTrack} track
 * @param {EncodedVideoPacketSource | EncodedAudioPacketSource} source
 */
const copying = (track, source) => async () => {
  const decoderConfig = /** @type {VideoDecoderConfig & AudioDecoderConfig} */ (await track.getDecoderConfig());
  for await (const packet of new EncodedPacketSink(track).packets()) await source.add(packet, { decoderConfig });
  source.close();
};

/** Writes them with MP4Box.js: first all video, then all audio, and `moov` last. */
export async function mp4box(from, to) {
  const { front, media, moov } = await notInterleaved(await readFile(from), 0);
  await writeFile(to, Buffer.concat([front, media, moov]));
}

/**
 * The parts of such a file: its front, whose last is the header of the `mdat`, the samples, and `moov`.
 * @param {number} before how many more bytes lie between front and samples; of 4 GiB, if it is that many
 */
export function notInterleaved(bytes, before) {
  const file = createFile();
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  file.appendBuffer(Object.assign(buffer, { fileStart: 0 }));
  const samples = file.moov.traks.map(({ tkhd }) => file.getTrackById(tkhd.track_id).samples);
  const lengths = samples.map((all) => all.reduce((sum, { size }) => sum + size, 0));
  const media = Buffer.concat(samples.flat().map(({ offset, size }) => bytes.subarray(offset, offset + size)));
  const front = Buffer.concat([serialised(file.ftyp), mdatHeader(before + media.length)]);
  let at = front.length + before;
  for (const [n, trak] of file.moov.traks.entries()) {
    const { stbl } = trak.mdia.minf;
    Object.assign(stbl.stsc, {
      first_chunk: [1],
      samples_per_chunk: [samples[n].length],
      sample_description_index: [1],
    });
    const co64 = Object.assign(new BoxParser.box.co64(), { chunk_offsets: [at] });
    stbl.boxes = [...stbl.boxes.filter(({ type }) => type !== 'stco'), co64];
    at += lengths[n];
  }
  return { front, media, moov: serialised(file.moov) };
}

function serialised(box) {
  const stream = new DataStream();
  box.write(stream);
  return Buffer.from(stream.buffer).subarray(0, stream.byteLength);
}

/** With its size in 64 bits. */
function mdatHeader(payload) {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(1);
  header.write('mdat', 4);
  header.writeBigUInt64BE(BigInt(payload + 16), 8);
  return header;
}
