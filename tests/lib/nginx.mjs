// A web server for tests: Debian's nginx over a folder.
import { appendFile, mkdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startServer } from './server.mjs';

const HINT = 'The tests need nginx: `sudo apt install nginx-light`, `sudo dnf install nginx` or `brew install nginx`.';

export async function startNginx() {
  const server = await startServer(async ({ port, scratch }) => {
    const config = path.join(scratch, 'nginx.conf');
    await mkdir(path.join(scratch, 'media'));
    await writeFile(config, configuration(port, scratch));
    return ['nginx', ['-p', scratch, '-e', 'stderr', '-c', config]];
  }, HINT);
  let version = 0;
  // Its entity tags are made of a file's size and the second in which it was changed.
  const stamped = (file) => utimes(file, Date.now() / 1000, Date.now() / 1000 + version);
  return {
    url: server.url,
    entry: (endpoint) => ({ http: { url: `${endpoint}/media/` } }),
    secrets: {},
    wrong: [],
    async put(key, bytes) {
      const file = path.join(server.scratch, 'media', key);
      await mkdir(path.dirname(file), { recursive: true });
      // Whole or not at all, as anybody replaces a file who is careful.
      const fresh = path.join(server.scratch, `upload-${++version}`);
      await writeFile(fresh, bytes);
      await stamped(fresh);
      await rename(fresh, file);
    },
    /** A file of zeros but for `bytes` at its end, which take their place at `at`. */
    async putFar(key, at, bytes) {
      const file = path.join(server.scratch, 'media', key);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, '');
      await truncate(file, at);
      await appendFile(file, bytes);
    },
    remove: (key) => rm(path.join(server.scratch, 'media', key)),
    close: () => server.close(),
  };
}

// Whoever starts it as root has workers of another user, who cannot read the scratch folder.
const configuration = (port, scratch) => `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${scratch}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off;
  gzip on;
  gzip_types *;
  client_body_temp_path ${scratch}/body;
  proxy_temp_path ${scratch}/proxy;
  fastcgi_temp_path ${scratch}/fastcgi;
  uwsgi_temp_path ${scratch}/uwsgi;
  scgi_temp_path ${scratch}/scgi;
  server {
    listen 127.0.0.1:${port};
    root ${scratch};
  }
}
`;
