// An echo server with a thread for each client, in C: blocking calls, and the kernel takes turns.
// After the example of pthread_create(3), with detached threads and small stacks. The chunk is on
// the thread's stack, of which only the pages once written to take memory.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listener.h"

enum { k_stack = 2 * k_chunk, k_shortage_pause_us = 20 * 1000 };

static bool send_all(int client, const char* bytes, ssize_t size) {
  while (size > 0) {
    const ssize_t n = send(client, bytes, (size_t)size, 0);
    if (n < 0) return false;
    bytes += n;
    size -= n;
  }
  return true;
}

static void* serve(void* argument) {
  const int client = (int)(intptr_t)argument;
  char buffer[k_chunk];
  ssize_t n = 0;
  do {
    n = recv(client, buffer, sizeof buffer, 0);
  } while (n > 0 && send_all(client, buffer, n));
  close(client);
  return NULL;
}

static void accept_clients(int listener, const pthread_attr_t* attributes) {
  for (;;) {
    const int client = accept4(listener, NULL, NULL, 0);
    pthread_t thread = 0;
    if (client >= 0) {
      if (pthread_create(&thread, attributes, serve, (void*)(intptr_t)client) != 0) close(client);
    } else if (errno != ECONNABORTED) {
      usleep(k_shortage_pause_us);  // most likely out of descriptors, until somebody leaves
    }
  }
}

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  const int listener = listen_at(port_argument(argc, argv), 0);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, k_stack);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  accept_clients(listener, &attributes);
}
