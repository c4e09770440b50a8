// An echo server on epoll by hand, the yardstick of the other peers: as lean as readiness allows.
// After epoll(7), which says how to be edge-triggered without a recv in vain: a short receive has
// emptied the socket. Two system calls an echo, and a share of one epoll_wait.
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listener.h"

enum {
  k_events_a_turn = 512,
  k_arrivals_a_turn = 64,
  k_most_descriptors = 1 << 20,  // of a process, unless somebody has raised fs.nr_open
  k_shortage_pause_ms = 20,
};

// What a client has not taken yet. While there is some, nothing more is received from it.
struct Rest {
  size_t begin, end;
  char bytes[];
};

// By descriptor, NULL for most. Pages of it that nobody has touched take no memory.
static struct Rest* unsent[k_most_descriptors];

// For all clients: nothing stays in it from one call to the next.
static char buffer[k_chunk];

static int epoll;

// Each call also looks at the descriptor's state again, so that no edge can be missed.
static bool wait_for(int operation, int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  return epoll_ctl(epoll, operation, fd, &event) == 0;
}

static bool wait_to_receive(int operation, int client) {
  return wait_for(operation, client, EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLET);
}

static void drop(int client) {
  free(unsent[client]);
  unsent[client] = NULL;
  close(client);  // which also takes it out of epoll
}

// How many bytes went out, -1 if the client is gone.
static ssize_t send_some(int client, const char* bytes, size_t size) {
  const ssize_t n = send(client, bytes, size, 0);
  return n < 0 && errno == EAGAIN ? 0 : n;
}

static bool keep(int client, const char* bytes, size_t size) {
  struct Rest* rest = malloc(sizeof *rest + size);
  if (rest == NULL) return false;
  *rest = (struct Rest){.begin = 0, .end = size};
  memcpy(rest->bytes, bytes, size);
  unsent[client] = rest;
  return wait_for(EPOLL_CTL_MOD, client, EPOLLOUT | EPOLLET);
}

// After a full buffer, the client's end or its urgent byte there may be more: the next turn looks,
// so that the others have theirs before. False if the client is gone.
static bool on_readable(int client, uint32_t events) {
  const ssize_t received = recv(client, buffer, sizeof buffer, 0);
  if (received <= 0) return received < 0 && errno == EAGAIN;
  const ssize_t sent = send_some(client, buffer, (size_t)received);
  if (sent < 0) return false;
  if (sent < received) return keep(client, buffer + sent, (size_t)(received - sent));
  const bool is_empty = received < k_chunk && events == EPOLLIN;
  return is_empty || wait_to_receive(EPOLL_CTL_MOD, client);
}

// False if the client is gone.
static bool on_writable(int client) {
  struct Rest* rest = unsent[client];
  const ssize_t sent = send_some(client, rest->bytes + rest->begin, rest->end - rest->begin);
  if (sent < 0) return false;
  rest->begin += (size_t)sent;
  if (rest->begin < rest->end) return true;
  free(rest);
  unsent[client] = NULL;
  return wait_to_receive(EPOLL_CTL_MOD, client);
}

static void on_client(int client, uint32_t events) {
  const bool stays = unsent[client] != NULL ? on_writable(client) : on_readable(client, events);
  if (!stays) drop(client);
}

// False when the process has run short of descriptors or memory.
static bool accept_clients(int listener) {
  for (int i = 0; i < k_arrivals_a_turn; ++i) {
    const int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (client < 0) {
      return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
    }
    if (client >= k_most_descriptors || !wait_to_receive(EPOLL_CTL_ADD, client)) close(client);
  }
  return true;
}

static void serve(int listener) {
  static struct epoll_event ready[k_events_a_turn];
  bool accepting = wait_for(EPOLL_CTL_ADD, listener, EPOLLIN);
  for (;;) {
    const int n = epoll_wait(epoll, ready, k_events_a_turn, accepting ? -1 : k_shortage_pause_ms);
    if (!accepting) accepting = wait_for(EPOLL_CTL_MOD, listener, EPOLLIN);
    for (int i = 0; i < n; ++i) {
      const int fd = ready[i].data.fd;
      if (fd == listener) {
        // Or it would wake us in vain until somebody leaves.
        if (!accept_clients(fd)) accepting = !wait_for(EPOLL_CTL_MOD, fd, 0);
      } else {
        on_client(fd, ready[i].events);
      }
    }
  }
}

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  const int listener = listen_at(port_argument(argc, argv), SOCK_NONBLOCK);
  epoll = epoll_create1(0);
  if (epoll < 0) {
    perror("epoll_create1");
    return 1;
  }
  serve(listener);
}
