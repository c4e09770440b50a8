// What the peers in C and C++ share, so that all listen in the same way: the port from the command
// line, and the messages and exit codes when it is wrong or taken.
#pragma once

#include <stdint.h>

enum { k_backlog = 4096, k_chunk = 64 * 1024 };

#ifdef __cplusplus
extern "C" {
#endif

/// The only argument. Ends the program with 2 if there is none, or if it is no port.
uint16_t port_argument(int argc, char** argv);

/// Ends the program with 1, and says why.
void cannot_listen(uint16_t port, const char* why);

/// A socket that listens on 127.0.0.1, owned by the caller. Its clients inherit TCP_NODELAY.
/// `flags` are those of socket(2). Ends the program with 1 if the port is taken.
int listen_at(uint16_t port, int flags);

#ifdef __cplusplus
}
#endif
