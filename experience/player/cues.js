// Times the cues of a player that does not do so itself: the browser fires them, from a track that it does not show.

/** There is no way to take a track away again, so there is one for all sessions. */
const OWN = 'millrace';

export class Cues {
  #track;
  #said;
  /** Which captions a cue is of. */
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

  /** What is cut in two is told twice. */
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
