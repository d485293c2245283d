// What URLs of a presentation say (docs/protocol.md).

const SMOOTH = /^\/(.+?\.isml?)\/(?:([0-9a-f]{16})\/)?QualityLevels\((\d+)[^)]*\)\/Fragments\((.+)=(\d+)\)$/i;
const SEGMENT = /^\/(.+?\.isml?)\/([0-9a-f]{16})\/([^/]+)\/(\d+)\/(\d+)\.(?:m4s|vtt)$/i;

/** `films/größe.ism` as a path. */
export const toPath = (presentation) => presentation.split('/').map(encodeURIComponent).join('/');

/**
 * The fragment that a URL names.
 * @returns {{presentation: string, generation?: string, bitrate: number, stream: string, start: number} | undefined}
 */
export function fragmentOf(url) {
  const path = decodeURIComponent(new URL(url, location.href).pathname);
  const smooth = SMOOTH.exec(path);
  if (smooth) {
    const [, presentation, generation, bitrate, stream, start] = smooth;
    return { presentation, generation, bitrate: Number(bitrate), stream, start: Number(start) };
  }
  const segment = SEGMENT.exec(path);
  if (!segment) return undefined;
  const [, presentation, generation, stream, bitrate, start] = segment;
  return { presentation, generation, bitrate: Number(bitrate), stream, start: Number(start) };
}

/** What is left of a URL once its presentation is known. */
export const within = (url, presentation) => decodeURIComponent(new URL(url, location.href).pathname).slice(presentation.length + 2);
