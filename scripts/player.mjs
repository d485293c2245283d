// The player page beside the origin: dash.js from node_modules, served on a port of its own.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { local } from './lib/project.mjs';

const OWN = local('scripts/player');
const DASH = local('node_modules/dashjs/dist/modern/umd');
const FILES = {
  '/': [OWN, 'index.html', 'text/html; charset=utf-8'],
  '/player.js': [OWN, 'player.js', 'text/javascript'],
  '/dash.all.min.js': [DASH, 'dash.all.min.js', 'text/javascript'],
  '/dash.mss.min.js': [DASH, 'dash.mss.min.js', 'text/javascript'],
};

/**
 * @param {string[]} manifests offered for choice
 * @param {number} port the one to take when it is free
 * @returns {Promise<{url: string, close: () => void}>}
 */
export async function servePlayer(manifests, port) {
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/manifests.json') return response.setHeader('content-type', 'application/json').end(JSON.stringify(manifests));
    const [folder, name, type] = FILES[pathname] ?? [];
    if (!name) return response.writeHead(404).end();
    response.setHeader('content-type', type).end(await readFile(path.join(folder, name)));
  });
  const listen = (wanted) =>
    new Promise((resolve, reject) => {
      server.once('error', reject).listen(wanted, '127.0.0.1', resolve);
    });
  await listen(port).catch(() => listen(0));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => (server.close(), server.closeAllConnections()) };
}
