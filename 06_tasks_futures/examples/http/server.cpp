#include "06_tasks_futures/examples/http/server.hpp"

#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"

namespace http {
namespace {

using asyncio::Coroutine;

Coroutine<> stop_serving(asyncio::Server listener, std::shared_ptr<Site> site,
                         asyncio::TimeLimit grace) {
  listener.close();
  site->stop();
  try {
    co_await asyncio::wait_for(listener.wait_closed(), grace);
  } catch (const asyncio::TimeoutError&) {
    listener.abort_clients();
  }
}

}  // namespace

Coroutine<> Server::stop(asyncio::TimeLimit grace) const {
  return stop_serving(listener_, site_, grace);
}

Coroutine<Server> start_server(Handler handler, std::string host,
                               std::uint16_t port, ServerOptions options) {
  auto site = std::make_shared<Site>(std::move(handler), options);
  asyncio::ClientConnected serve = [site](asyncio::StreamReader reader,
                                          asyncio::StreamWriter writer) {
    return serve_client(site, reader, writer);
  };
  asyncio::Server listener =
      co_await asyncio::start_server(std::move(serve), std::move(host), port);
  co_return Server(listener, std::move(site));
}

}  // namespace http
