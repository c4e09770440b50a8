// What the tests of the core share: a loop in a time of its own, run turn by
// turn, that leaves nothing behind.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/proactor/proactor_event_loop.hpp"
#include "06_tasks_futures/asyncio/report.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/exception_group.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {

using Log = std::vector<std::string>;

/// Any type may be thrown; this is no std::exception.
struct CustomError {
  int number = 0;
};

/// What `exception` is, and what it says: `ValueError: too low`.
inline std::string named(const std::exception_ptr& exception) {
  if (!exception) return "none";
  const auto saying = [](std::string name, const std::string& what) {
    return what.empty() ? name : name + ": " + what;
  };
  try {
    std::rethrow_exception(exception);
  } catch (const CancelledError& error) {
    return saying("CancelledError", error.what());
  } catch (const KeyboardInterrupt& error) {
    return saying("KeyboardInterrupt", error.what());
  } catch (const TimeoutError& error) {
    return saying("TimeoutError", error.what());
  } catch (const RuntimeError& error) {
    return saying("RuntimeError", error.what());
  } catch (const ValueError& error) {
    return saying("ValueError", error.what());
  } catch (const InvalidStateError& error) {
    return saying("InvalidStateError", error.what());
  } catch (const ExceptionGroup& error) {
    return saying("ExceptionGroup", error.what());
  } catch (const std::system_error& error) {
    return saying("system_error", error.what());
  } catch (const CustomError& error) {
    return saying("CustomError", std::to_string(error.number));
  } catch (...) {
    return "another";
  }
}

/// What `call` throws.
template <typename Call>
std::string thrown_by(Call call) {
  try {
    static_cast<void>(call());
    return named(nullptr);
  } catch (...) {
    return named(std::current_exception());
  }
}

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

/// A loop on completions, if ECHO_LADDER_LOOP says `proactor`: all that holds
/// for the one loop holds for the other.
inline std::unique_ptr<EventLoop> new_loop(
    std::optional<VirtualTime> time = std::nullopt) {
  const char* const name = std::getenv("ECHO_LADDER_LOOP");
  const bool is_proactor = name && std::string_view(name) == "proactor";
  if (is_proactor) return std::make_unique<ProactorEventLoop>(time);
  return std::make_unique<EventLoop>(time);
}

class LoopTest : public testing::Test {
 protected:
  LoopTest() : LoopTest(new_loop(virtual_time)) {}
  /// In real time, unless another is given.
  explicit LoopTest(std::unique_ptr<selectors::Selector> selector,
                    std::optional<VirtualTime> time = std::nullopt)
      : LoopTest(std::make_unique<EventLoop>(std::move(selector), time)) {}
  explicit LoopTest(std::unique_ptr<EventLoop> loop) : loop_(std::move(loop)) {
    tests::Counted::reset();
  }
  void TearDown() override {
    close_loop();
    EXPECT_EQ(tests::Counted::alive, 0);
  }

  EventLoop& loop() { return *loop_; }
  void close_loop() { loop_.reset(); }

  template <typename T>
  Task<T> start(Coroutine<T> coroutine) {
    return loop().create_task(std::move(coroutine));
  }
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

  std::unique_ptr<EventLoop> loop_;
  Log log_;
  Log reports_;
};

}  // namespace asyncio
