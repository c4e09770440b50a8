// An echo server on libuv. After its guide's docs/code/tcp-echo-server/main.c: each receive has a
// buffer of its own, which the write frees. Added: nothing more is read from a client while a write
// to it is under way. Out of descriptors, libuv itself accepts with a spare one and closes.
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "listener.h"

struct Write {
  uv_write_t request;  // the first, so that libuv's pointer to it is one to all
  uv_buf_t bytes;
};

static void on_bytes(uv_stream_t* client, ssize_t n, const uv_buf_t* buffer);

static void on_buffer_wanted(uv_handle_t* client, size_t suggested, uv_buf_t* buffer) {
  (void)client;
  (void)suggested;
  // Without memory the length is 0, and libuv reports UV_ENOBUFS.
  buffer->base = malloc(k_chunk);
  buffer->len = buffer->base == NULL ? 0 : k_chunk;
}

static void on_closed(uv_handle_t* client) {
  free(client);
}

static void drop(uv_stream_t* client) {
  if (!uv_is_closing((uv_handle_t*)client)) uv_close((uv_handle_t*)client, on_closed);
}

static void on_written(uv_write_t* request, int status) {
  struct Write* write = (struct Write*)request;
  uv_stream_t* client = request->handle;
  free(write->bytes.base);
  free(write);
  if (status < 0) drop(client);
  // Of no effect on one that is being read from, or closed.
  uv_read_start(client, on_buffer_wanted, on_bytes);
}

// Takes the bytes over.
static int echo(uv_stream_t* client, uv_buf_t bytes) {
  struct Write* write = malloc(sizeof *write);
  if (write == NULL) {
    free(bytes.base);
    return UV_ENOMEM;
  }
  write->bytes = bytes;
  return uv_write(&write->request, client, &write->bytes, 1, on_written);
}

static void on_bytes(uv_stream_t* client, ssize_t n, const uv_buf_t* buffer) {
  if (n > 0) {
    if (echo(client, uv_buf_init(buffer->base, (unsigned)n)) < 0) drop(client);
    if (uv_stream_get_write_queue_size(client) > 0) uv_read_stop(client);
  } else {
    free(buffer->base);
    if (n < 0) drop(client);
  }
}

static void on_client(uv_stream_t* listener, int status) {
  uv_tcp_t* client = status == 0 ? malloc(sizeof *client) : NULL;
  if (client == NULL) return;
  uv_tcp_init(listener->loop, client);
  if (uv_accept(listener, (uv_stream_t*)client) == 0) {
    uv_tcp_nodelay(client, 1);
    uv_read_start((uv_stream_t*)client, on_buffer_wanted, on_bytes);
  } else {
    drop((uv_stream_t*)client);
  }
}

int main(int argc, char** argv) {
  const uint16_t port = port_argument(argc, argv);
  signal(SIGPIPE, SIG_IGN);
  uv_tcp_t listener;
  struct sockaddr_in address;
  uv_ip4_addr("127.0.0.1", port, &address);
  uv_tcp_init(uv_default_loop(), &listener);
  int error = uv_tcp_bind(&listener, (const struct sockaddr*)&address, 0);
  if (error == 0) error = uv_listen((uv_stream_t*)&listener, k_backlog, on_client);
  if (error != 0) cannot_listen(port, strerror(-error));
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
