// The operator's requests to the admin API.

/** What `vars` must hold for the API to exist. */
export const TOKEN = 'open-sesame-42';
export const VARS = { ADMIN_TOKEN: TOKEN };

export const INDEXES = '/_millrace/indexes';

/** Asks with the token. */
export const asOperator = (edge) => (method, path, body) =>
  edge.send(method, path, { authorization: `Bearer ${TOKEN}` }, body);
