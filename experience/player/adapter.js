// What all adapters share: the interface that they implement, and how far players buffer.

/**
 * @typedef {object} Adapter of a player
 * @property {(rank: number | null) => void} choose a level, from 0 for the lowest; null: the player chooses
 * @property {(place: number | null) => void} caption shows one of the captions that there are; null: none
 * @property {() => number | null} estimate the bit/s that it believes in
 * @property {() => boolean} isOver by its own account, whatever the video element says
 * @property {() => void} stop
 *
 * @typedef {object} Told by an adapter
 * @property {(words: string, url?: string) => void} failed and plays no further; `url` where a request did
 * @property {() => void} lost the captions that were chosen; all else goes on
 * @property {(offered: {label: string, language: string}[]) => void} captions which there are
 * @property {(lines: string[]) => void} said all that is said now
 *
 * @typedef {(video: HTMLVideoElement, url: string, told: Told) => Adapter} Start
 */

/** Seconds that players buffer: few, so that a change of the line soon shows. */
export const BUFFER_SECONDS = 12;

/** Half-lives, in seconds of transfer, of the two averages whose lesser is a player's estimate: short, too. */
export const MEMORY_SECONDS = { fast: 0.5, slow: 1.5 };
