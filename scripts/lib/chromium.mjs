// The Chromium that the tests drive: one that is installed, else the one of an npm package, which is for Linux on x86-64.
import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const installed = () => [process.env.CHROMIUM, ...PLACES].find((file) => file && existsSync(file));

/** Whether there is one, or will be once npm's packages are installed. */
export const hasChromium = () => Boolean(installed()) || (process.platform === 'linux' && process.arch === 'x64');

/**
 * Where it lies, and the environment that it runs in.
 * @returns {Promise<{executablePath: string, env: NodeJS.ProcessEnv}>}
 */
export async function chromium() {
  const executablePath = installed();
  return executablePath ? { executablePath, env: process.env } : unpacked();
}

/** The package's own, unpacked into the temporary folder, with the libraries that a bare system lacks. */
async function unpacked() {
  // By this it tells which libraries are to be unpacked; it then puts them into LD_LIBRARY_PATH.
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x';
  const { default: packed } = await import('@sparticuz/chromium');
  return { executablePath: await packed.executablePath(), env: process.env };
}
