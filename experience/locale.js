// Gives the browser a language where it has none that is a language tag (`en-US@posix`, from a bare machine's
// environment): the charts format numbers as it says, and fail at once.
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
}
