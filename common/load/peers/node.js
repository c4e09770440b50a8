// An echo server on Node. After the example of net.createServer in its documentation: a socket
// piped into itself, where the pipe stops reading while the client does not, and ends what has
// ended. Out of descriptors, libuv below accepts with a spare one and closes.
'use strict';
const net = require('node:net');
const util = require('node:util');

function portArgument() {
  const [, program, port, ...rest] = process.argv;
  if (/^\d+$/.test(port) && port >= 1 && port <= 65535 && rest.length === 0) return Number(port);
  console.error(`${program}: expected one argument, a port from 1 to 65535`);
  process.exit(2);
}

const port = portArgument();
const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  client.on('error', () => {}); // which destroys it, and is nobody else's affair
  client.pipe(client);
});
server.on('error', (error) => {
  const [, why] = util.getSystemErrorMap().get(error.errno);
  console.error(`cannot listen on 127.0.0.1:${port}: ${why[0].toUpperCase()}${why.slice(1)}`);
  process.exit(1);
});
server.listen({ host: '127.0.0.1', port, backlog: 4096 });
