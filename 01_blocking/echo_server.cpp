// The simplest server there is: accept a client, serve it to its end, accept
// the next.
#include "01_blocking/accept.hpp"
#include "01_blocking/handler.hpp"
#include "01_blocking/stop_handler.hpp"
#include "common/cli/server_program.hpp"

namespace {

// [region serve]
void serve(const net::Descriptor& listener, net::Log& log) {
  const blocking::StopHandler stop(listener.get());
  log.listening(listener);
  while (auto client = blocking::accept_client(listener, log)) {
    const blocking::StopHandler::Serving serving(client->fd());
    blocking::echo(*client);
  }
}
// [end serve]

}  // namespace

int main(int argc, char** argv) {
  return cli::ServerProgram("Echoes what a client sends, one client at a time.")
      .run(argc, argv, serve);
}
