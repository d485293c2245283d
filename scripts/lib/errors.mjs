// Errors of the scripts, as people read them: what failed, what the failing program wrote, and what to do about it.

/** The exit code after Ctrl-C, as shells have it. */
export const INTERRUPTED = 130;

/** A failure that the reader can act on; any other error is a fault of ours. */
export class ScriptError extends Error {
  /**
   * @param {string} message what failed
   * @param {{output?: string, hint?: string}} [more] the end of the program's output; what to do now
   */
  constructor(message, { output = '', hint = '' } = {}) {
    super(message);
    this.output = output.trim();
    this.hint = hint;
  }
}

/** Prints an error as a person wants to read it: a stack only where the fault is ours. */
export function printError(error) {
  const known = error instanceof ScriptError;
  console.error(`\n${known ? error.message : (error?.stack ?? error)}`);
  if (known && error.output) console.error(`\n${error.output.replace(/^/gm, '    ')}`);
  if (known && error.hint) console.error(`\n${error.hint}`);
}

/** Runs a script's `main`; a failure is printed and becomes a non-zero exit. */
export async function runMain(main) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (process.exitCode === INTERRUPTED) return;
    printError(error);
    process.exitCode = 1;
  }
}
