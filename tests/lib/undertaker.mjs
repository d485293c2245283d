// A Worker that keeps the messages that the queue gave up, for tests to read.
export default {
  async queue(batch, { DEAD }) {
    for (const { id, body } of batch.messages) await DEAD.put(id, JSON.stringify(body));
  },
};
