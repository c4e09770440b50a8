// What the tests of the core share: a loop in a time of its own, run turn by
// turn, that leaves nothing behind.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/report.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {

using Log = std::vector<std::string>;

/// Any type may be thrown; this is no std::exception.
struct CustomError {
  int number = 0;
};

/// What the `Error` says that `call` throws.
template <typename Error, typename Call>
std::string message_of(Call call) {
  try {
    static_cast<void>(call());
  } catch (const Error& error) {
    return error.what();
  }
  return "(nothing was thrown)";
}

/// What `call` leaves on stderr.
inline std::string stderr_of(const std::function<void()>& call) {
  testing::internal::CaptureStderr();
  call();
  return testing::internal::GetCapturedStderr();
}

class LoopTest : public testing::Test {
 protected:
  LoopTest() { tests::Counted::reset(); }
  void TearDown() override {
    close_loop();
    EXPECT_EQ(tests::Counted::alive, 0);
  }

  EventLoop& loop() { return *loop_; }
  void close_loop() { loop_.reset(); }

  template <typename T>
  T run(Coroutine<T> main) {
    return loop().run_until_complete(std::move(main));
  }
  template <typename T>
  T run(const Future<T>& future) {
    return loop().run_until_complete(future);
  }

  /// So many turns of the loop, whoever is ready.
  void run_turns(int n) {
    for (int i = 0; i < n; ++i) {
      loop().stop();
      loop().run_forever();
    }
  }

  /// From here on, what the loop reports stands in `reports_`, not on stderr.
  void collect_reports() {
    loop().set_exception_handler(
        [this](EventLoop&, const ExceptionContext& context) {
          const std::string what =
              context.exception ? ": " + describe(context.exception) : "";
          reports_.push_back(context.message + what);
        });
  }

  /// Writes `text` down when it is called.
  auto note(std::string text) {
    return [this, text = std::move(text)] { log_.push_back(text); };
  }

  std::optional<EventLoop> loop_{std::in_place, virtual_time};
  Log log_;
  Log reports_;
};

}  // namespace asyncio
