// The Worker to compare manifests with: it answers each path with a text that it has.
// @ts-expect-error `texts.mjs` writes it beside this.
import texts from './texts.mjs';

export default {
  async fetch(request) {
    const { headers, text } = texts[new URL(request.url).pathname];
    return new Response(text, { headers });
  },
};
