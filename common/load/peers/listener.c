#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

uint16_t port_argument(int argc, char** argv) {
  char* end = NULL;
  const long port = argc == 2 ? strtol(argv[1], &end, 10) : 0;
  if (port >= 1 && port <= UINT16_MAX && *end == '\0') return (uint16_t)port;
  fprintf(stderr, "%s: expected one argument, a port from 1 to 65535\n", argv[0]);
  exit(2);
}

void cannot_listen(uint16_t port, const char* why) {
  fprintf(stderr, "cannot listen on 127.0.0.1:%d: %s\n", port, why);
  exit(1);
}

int listen_at(uint16_t port, int flags) {
  const int yes = 1;
  const int listener = socket(AF_INET, SOCK_STREAM | flags, 0);
  const struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
      setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0 ||
      bind(listener, (const struct sockaddr*)&address, sizeof address) != 0 ||
      listen(listener, k_backlog) != 0) {
    cannot_listen(port, strerror(errno));
  }
  return listener;
}
