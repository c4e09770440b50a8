// The handlers that the tests of receive, send_all and accept_client run, on
// the loop that is told what is ready and on the one that is told what is done.
#pragma once

#include <string>

#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "common/testing/counted.hpp"
#include "common/testing/texts.hpp"

namespace asyncio {

inline Coroutine<> hears_all(Connection& client, Log& log) {
  const tests::Counted counted;
  while (const Chunk chunk = co_await receive(client)) {
    log.push_back(tests::text_of(chunk));
  }
  log.emplace_back("end");
}

inline Coroutine<> says(Connection& client, std::string text, Log& log) {
  const tests::Counted counted;
  Chunk chunk = tests::chunk_of(text);
  co_await send_all(client, chunk);
  if (client.is_abandoned()) {
    log.emplace_back("abandoned");
  } else {
    log.emplace_back(chunk ? "something is left" : "all is sent");
  }
}

inline Coroutine<> says_when_asked_twice(Connection& client, std::string text) {
  Chunk chunk = tests::chunk_of(text);
  try {
    co_await send_all(client, chunk);
  } catch (const CancelledError&) {
  }
  co_await send_all(client, chunk);
}

inline Coroutine<> tells_what_it_throws(Connection& client, Log& log) {
  try {
    const Chunk chunk = co_await receive(client);
  } catch (const RuntimeError& error) {
    log.emplace_back(error.what());
  }
}

}  // namespace asyncio
