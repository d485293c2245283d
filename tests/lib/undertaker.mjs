// A Worker that keeps what the queue gave up, for a test to look at.
export default {
  async queue(batch, { DEAD }) {
    for (const { id, body } of batch.messages) await DEAD.put(id, JSON.stringify(body));
  },
};
