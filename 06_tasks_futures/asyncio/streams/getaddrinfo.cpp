#include "06_tasks_futures/asyncio/streams/getaddrinfo.hpp"

#include <utility>

#include "06_tasks_futures/asyncio/executors/run_in_executor.hpp"

namespace asyncio {

Coroutine<std::vector<net::Address>> getaddrinfo(std::string host,
                                                 std::uint16_t port) {
  std::vector<net::Address> known = net::numeric_addresses(host, port);
  if (!known.empty()) co_return known;
  co_return co_await to_thread(net::resolve_all, std::move(host), port);
}

}  // namespace asyncio
