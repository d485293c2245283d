// Times the cues of a player that does not do so itself: the browser fires them, from a track that it does not show.

/** Label of the track that all sessions share, since a text track cannot be removed. */
const OWN = 'millrace';

export class Cues {
  #track;
  #said;
  /** The captions that each cue belongs to. */
  #places = new Map();
  #chosen = null;

  /**
   * @param {HTMLVideoElement} video
   * @param {(lines: string[]) => void} said
   */
  constructor(video, said) {
    this.#said = said;
    this.#track = [...video.textTracks].find(({ label }) => label === OWN) ?? video.addTextTrack('metadata', OWN);
    this.#track.mode = 'hidden';
    this.#track.addEventListener('cuechange', this.#say);
  }

  /** Adds a cue, unless it is known: a cue across two segments comes twice. */
  add(cue, place) {
    const isKnown = (other) =>
      this.#places.get(other) === place &&
      other.startTime === cue.startTime &&
      other.endTime === cue.endTime &&
      other.text === cue.text;
    if ([...this.#track.cues].some(isKnown)) return;
    this.#places.set(cue, place);
    this.#track.addCue(cue);
  }

  choose(place) {
    this.#chosen = place;
    this.#say();
  }

  stop() {
    this.#track.removeEventListener('cuechange', this.#say);
    for (const cue of [...this.#track.cues]) this.#track.removeCue(cue);
  }

  #say = () => {
    const now = [...this.#track.activeCues].filter((cue) => this.#places.get(cue) === this.#chosen);
    this.#said(now.flatMap((cue) => cue.getCueAsHTML().textContent.split('\n')));
  };
}
