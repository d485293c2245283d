// What the pacer uses of a service worker's globals: TypeScript's library of the page has none of them.

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  readonly clientId: string;
  respondWith(response: Promise<Response>): void;
}

interface Client {
  readonly id: string;
  postMessage(message: unknown): void;
}

interface ServiceWorkerEvents {
  install: ExtendableEvent;
  activate: ExtendableEvent;
  message: { readonly data: { type: 'claim' } | LineMessage; readonly source: Client };
  fetch: FetchEvent;
}

/** What a page says of its line; null without a limit. */
interface LineMessage {
  type: 'line';
  bitsPerSecond: number | null;
  latencyMs: number;
}

interface ServiceWorkerGlobalScope {
  readonly clients: { claim(): Promise<void>; get(id: string): Promise<Client | undefined> };
  readonly location: Location;
  skipWaiting(): Promise<void>;
  addEventListener<Name extends keyof ServiceWorkerEvents>(
    name: Name,
    act: (event: ServiceWorkerEvents[Name]) => void,
  ): void;
}
