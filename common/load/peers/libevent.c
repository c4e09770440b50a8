// An echo server on libevent. After the echo server of its book ("Connection listeners"), which is
// on bufferevents; how it stops reading, and how it ends, is from sample/le-proxy.c. libevent
// itself receives at most 4 KiB at once, and sends when epoll has said that there is room.
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "listener.h"

static const struct timeval k_shortage_pause = {.tv_usec = 20000};

static void on_bytes(struct bufferevent* client, void* context);
static void on_end(struct bufferevent* client, short what, void* context);

static void on_sent(struct bufferevent* client, void* context) {
  (void)context;
  bufferevent_setcb(client, on_bytes, NULL, on_end, NULL);
  bufferevent_enable(client, EV_READ);
}

static void on_bytes(struct bufferevent* client, void* context) {
  (void)context;
  struct evbuffer* unsent = bufferevent_get_output(client);
  evbuffer_add_buffer(unsent, bufferevent_get_input(client));
  if (evbuffer_get_length(unsent) < k_chunk) return;
  bufferevent_setcb(client, on_bytes, on_sent, on_end, NULL);
  bufferevent_disable(client, EV_READ);
}

static void on_all_sent(struct bufferevent* client, void* context) {
  (void)context;
  bufferevent_free(client);
}

static void on_end(struct bufferevent* client, short what, void* context) {
  (void)context;
  const int has_more = evbuffer_get_length(bufferevent_get_output(client)) > 0;
  if ((what & BEV_EVENT_EOF) != 0 && has_more) {
    bufferevent_setcb(client, NULL, on_all_sent, on_end, NULL);
  } else {
    bufferevent_free(client);
  }
}

static void on_client(struct evconnlistener* listener, evutil_socket_t fd, struct sockaddr* address,
                      int size, void* context) {
  (void)address;
  (void)size;
  (void)context;
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct bufferevent* client =
      bufferevent_socket_new(evconnlistener_get_base(listener), fd, BEV_OPT_CLOSE_ON_FREE);
  if (client == NULL) {
    evutil_closesocket(fd);
    return;
  }
  bufferevent_setcb(client, on_bytes, NULL, on_end, NULL);
  bufferevent_enable(client, EV_READ | EV_WRITE);
}

static void on_pause_over(evutil_socket_t fd, short what, void* listener) {
  (void)fd;
  (void)what;
  evconnlistener_enable(listener);
}

// Out of descriptors, most likely: those who wait would wake us in vain.
static void on_shortage(struct evconnlistener* listener, void* context) {
  (void)context;
  evconnlistener_disable(listener);
  event_base_once(evconnlistener_get_base(listener), -1, EV_TIMEOUT, on_pause_over, listener,
                  &k_shortage_pause);
}

int main(int argc, char** argv) {
  const uint16_t port = port_argument(argc, argv);
  signal(SIGPIPE, SIG_IGN);
  const struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct event_base* base = event_base_new();
  struct evconnlistener* listener =
      evconnlistener_new_bind(base, on_client, NULL, LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE,
                              k_backlog, (const struct sockaddr*)&address, sizeof address);
  if (listener == NULL) cannot_listen(port, strerror(errno));
  evconnlistener_set_error_cb(listener, on_shortage);
  return event_base_dispatch(base);
}
