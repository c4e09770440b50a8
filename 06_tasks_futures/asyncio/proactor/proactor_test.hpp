// What the tests of the proactor share: they are skipped where there is none.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <optional>
#include <system_error>
#include <utility>

#include "06_tasks_futures/asyncio/proactor/arrivals.hpp"
#include "06_tasks_futures/asyncio/proactor/inflow.hpp"
#include "06_tasks_futures/asyncio/proactor/kept_sockets.hpp"
#include "06_tasks_futures/asyncio/proactor/proactor.hpp"
#include "06_tasks_futures/asyncio/proactor/sending.hpp"

namespace asyncio {

/// Waits, and counts what it is told.
struct Waiting final : SocketRequest::Waiter {
  int ready = 0;
  int left = 0;

  void on_ready(const std::exception_ptr& error) noexcept override {
    ++(error ? left : ready);
  }
};

/// A test with a proactor of its own.
class ProactorTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      proactor_.emplace();
    } catch (const std::system_error& error) {
      GTEST_SKIP() << error.what();
    }
    sockets_.emplace(*proactor_);
  }

  Proactor& proactor() { return *proactor_; }
  KeptSockets& sockets() { return *sockets_; }
  void drop_all() {
    sockets_.reset();
    proactor_.reset();
  }

  Inflow& inflow(int fd) {
    sockets().keep(fd);
    return sockets().inflow(fd);
  }
  Arrivals& arrivals(int fd) {
    sockets().keep(fd);
    return sockets().arrivals(fd);
  }

  /// Turns until `is_over`.
  template <typename Condition>
  void turn_until(Condition is_over) {
    while (!is_over()) proactor().turn(std::nullopt);
  }
  /// What comes next. Waits if it has to.
  template <typename Request>
  auto take(Request& request) {
    Waiting waiting;
    if (auto taken = request.take()) return std::move(*taken);
    request.wait(waiting);
    turn_until([&] { return waiting.ready != 0; });
    return std::move(*request.take());
  }
  /// Turns until nothing comes any more of itself.
  void settle() {
    while (proactor().turn(std::chrono::nanoseconds::zero()) !=
           Proactor::Brought::nothing) {
    }
  }

 private:
  std::optional<Proactor> proactor_;
  std::optional<KeptSockets> sockets_;
};

/// Waits for one send.
struct OneSending final : Sending {
  using Sending::Sending;
  std::optional<int> error;

  void on_sent(int with) noexcept override { error = with; }
};

}  // namespace asyncio
