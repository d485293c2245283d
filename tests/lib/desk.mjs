// A server that stores what is PUT to it and removes what is DELETEd, in whatever store a test names.
import http from 'node:http';
import { close, listen } from './http.mjs';

/** @param {{put: (key: string, bytes: Buffer) => unknown, remove: (key: string) => unknown}} place */
export async function startDesk({ put, remove }) {
  const server = http.createServer(async (request, response) => {
    const key = decodeURIComponent(request.url.slice(1));
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      await (request.method === 'DELETE' ? remove(key) : put(key, Buffer.concat(chunks)));
      response.end();
    } catch (error) {
      response.writeHead(500).end(error.message);
    }
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}
