/** For deploy/compose.yaml: a source and two destinations in containers of the same network. */
const login = { user: 'postgres', passwordFile: '/run/secrets/password' };

module.exports = {
  eventSource: { host: 'source', databaseName: 'events_source', ...login },
  replicationDestinations: [
    { name: 'reporting', host: 'reporting', databaseName: 'events_replica', ...login },
    { name: 'search', host: 'search', databaseName: 'events_replica', ...login },
  ],
  onError: 'retry',
  // Of this container. The compose file publishes the port on the loopback address of the host only.
  http: { port: 9464, host: '0.0.0.0' },
};
