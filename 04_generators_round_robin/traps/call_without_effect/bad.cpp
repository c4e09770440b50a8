// Refused: nodiscard
// A function that waits is a generator here. To call one makes it, and runs
// nothing.
#include "04_generators_round_robin/event_loop.hpp"

using generators::Task;
using generators::Wait;

// [region handler]
Task receive_line(int client) {
  co_yield Wait{selectors::k_event_read, client};
}

Task serve(int client) {
  receive_line(client);
  co_return;
}
// [end handler]

int main() {
  return serve(0).next() ? 0 : 1;
}
