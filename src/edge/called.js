// Calls into WebAssembly.

/** What a function of WebAssembly returns. A trap leaves it in no state to go on with: the next call starts it anew. */
export function called(exported, ...given) {
  try {
    return exported(...given);
  } catch (error) {
    reportError(error);
    return undefined;
  }
}
