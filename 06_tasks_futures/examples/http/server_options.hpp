// What a server of HTTP is told: who answers, and how patient it is.
#pragma once

#include <chrono>
#include <functional>

#include "06_tasks_futures/asyncio/coroutine.hpp"
#include "06_tasks_futures/examples/http/parser.hpp"

namespace http {

/// Answers a request. HEAD is asked as such; the body stays behind. What it
/// throws is answered too: an HttpError with its status, all else with 500. It
/// may be a lambda that captures: it lives as long as what it has begun.
using Handler = std::function<asyncio::Coroutine<Response>(Request)>;

/// Whoever asks for more, or takes longer, is sent away.
struct ServerOptions {
  Limits limits = {};
  /// Until a head is there, counted from the last answer; and its body.
  std::chrono::nanoseconds head_time = std::chrono::seconds(10);
  std::chrono::nanoseconds body_time = std::chrono::seconds(60);
  /// Until an answer is taken.
  std::chrono::nanoseconds answer_time = std::chrono::seconds(60);
  /// Until the client has gone, once all is said.
  std::chrono::nanoseconds farewell_time = std::chrono::seconds(1);
};

}  // namespace http
