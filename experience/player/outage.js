// Asks the origin about a request that has failed: what it says, and when it answers again.
import { fetchUnpaced } from '../unpaced.js';

/** Milliseconds until the first request, and between later ones at most: each wait is twice the one before. */
const FIRST_MS = 1000;
const LONGEST_MS = 8000;
/** A sentence of the origin is shorter; whatever is longer is a page of something in between. */
const LONGEST_SENTENCE = 500;

/**
 * Waits until `url` is answered.
 * @param {string} url
 * @param {AbortSignal} signal ends it
 * @param {(words: string) => void} says called with what is the matter, whenever that changes
 * @returns {Promise<boolean>} false where the origin refuses it, which asking again does not change; or once `signal` ended it
 */
export async function isAnswered(url, signal, says) {
  for (let wait = FIRST_MS; !signal.aborted; wait = Math.min(2 * wait, LONGEST_MS)) {
    const { words, isPassing } = await asked(url, signal);
    if (signal.aborted) return false;
    if (words) says(isPassing ? `${words} Playback goes on by itself once this is over.` : words);
    if (words && !isPassing) return false;
    await new Promise((resolve) => setTimeout(resolve, words ? wait : FIRST_MS));
    if (!words) return !signal.aborted;
  }
  return false;
}

/** @returns {Promise<{words?: string, isPassing?: boolean}>} no words where it is answered as it should be */
async function asked(url, signal) {
  try {
    const response = await fetchUnpaced(url, { cache: 'no-store', signal });
    if (response.ok) {
      await response.body?.cancel();
      return {};
    }
    const isText = response.headers.get('content-type')?.startsWith('text/plain');
    const sentence = isText ? (await response.text()).trim().slice(0, LONGEST_SENTENCE) : '';
    const words = `The origin answers ${response.status}${sentence ? `: ${sentence}` : ''}`;
    return { words: words.replace(/[^.]$/, '$&.'), isPassing: response.status >= 500 || response.status === 429 };
  } catch {
    return { words: 'The origin cannot be reached.', isPassing: true };
  }
}
