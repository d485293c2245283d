// What the pages of tests have for globals: the players that are loaded into them, and what a test leaves there.

declare const Hls: typeof import('hls.js').default;
declare const shaka: { Player: typeof import('shaka-player').default.Player };

type ShakaError = Event & { detail?: import('shaka-player').default.util.Error };

/** What tests look at in events of dash.js, whose own types do not say what these hold. */
interface DashEvent {
  error?: { code: number; message: string };
  request?: { url: string };
  data?: { protocol: string; Period: { AdaptationSet: { ContentProtection: { schemeIdUri: string }[] }[] }[] };
}

interface DashPlayer extends Omit<import('dashjs').MediaPlayerClass, 'on'> {
  on(name: string, hear: (event: DashEvent) => void): void;
}
declare const dashjs: { MediaPlayer(): { create(): DashPlayer } };

/** The page's one video, where a test has named it. */
declare const video: HTMLVideoElement;
/** Caption text without the blanks that players put around lines. */
declare const tidy: (text: string) => string;

interface Window {
  /** What went wrong in the player. */
  errors: string[];
  isEnded?: boolean;
  /** Changes to the highest level. */
  toTop(): void;
  /** What the page says of itself. */
  state(): Record<string, unknown>;
  /** How far its video has come, in seconds. */
  furthest(): number;
  /** Has the video play, where a test begins it by itself. */
  play(): void;
  /** What the page's policy has forbidden. */
  violations: string[];
  /** Captions: what there are, showing one of them, what is shown, and what has been since. */
  texts(): string[];
  choose(name: string): unknown;
  shown(): string[];
  seen: { time: number; shown: string[] }[];
  /** Audio: what a player lists, and the label of what it plays. */
  sounds(): { label: string; language: string; roles?: string[]; purpose?: string; isChosenBySystem?: boolean }[];
  sound(): string | undefined;
  /** What the first frame and the last look like, as bytes of RGBA. */
  pictures(): number[][];
  /** Judges whether everybody can use a page. */
  axe: typeof import('axe-core');
  /** Players, where a test goes on with them. */
  shakaPlayer: import('shaka-player').default.Player;
  dashPlayer: DashPlayer;
  hls: import('hls.js').default;
  /** The player of keyframes, and its video. */
  iframes: import('hls.js').HlsIFramesOnly;
  still: HTMLVideoElement;
  /** URLs that dash.js has asked for. */
  urls(): string[];
}

interface HTMLVideoElement {
  /** Chromium's own. */
  readonly webkitAudioDecodedByteCount: number;
}
