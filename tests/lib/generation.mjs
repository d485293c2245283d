// Which version of a presentation is served.

/**
 * The generation that a Smooth Streaming manifest leads to.
 * @param {{text: string}} manifest
 */
export const generationIn = ({ text }) => /Url="([0-9a-f]{16})\//.exec(text)[1];
