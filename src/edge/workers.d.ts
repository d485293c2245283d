// What the runtime gives to modules, as far as they use it.

declare module 'cloudflare:workers' {
  interface Context {
    /** Workers Cache, where it stands before this entrypoint. */
    cache?: { purge?: (what: object) => Promise<object | undefined> };
    waitUntil: (promise: Promise<unknown>) => void;
  }

  export class WorkerEntrypoint {
    constructor(ctx: Context, env: Record<string, object>);
    protected ctx: Context;
    protected env: Record<string, object>;
  }
}
