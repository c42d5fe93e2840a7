// @ts-nocheck
// Preloaded: Node says that it is another version.
Object.defineProperty(process.versions, 'node', { value: process.env.PRETENDED_NODE_VERSION });
