// What the tests of waits, watches and sockets share: a loop that leaves no
// frame and no registration behind.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {

using Log = std::vector<std::string>;

inline std::string named(int fd) {
  return "descriptor " + std::to_string(fd);
}

inline std::string name_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const CancelledError& error) {
    return std::string("CancelledError: ") + error.what();
  } catch (const RuntimeError& error) {
    return std::string("RuntimeError: ") + error.what();
  } catch (const std::system_error& error) {
    return std::string("system_error: ") + error.what();
  } catch (const ValueError& error) {
    return std::string("ValueError: ") + error.what();
  } catch (const std::exception& error) {
    return error.what();
  }
}

inline Coroutine<> reads(Log& log, std::string name, int fd) {
  const tests::Counted counted;
  try {
    co_await readable(fd);
    log.push_back(name + " may read");
  } catch (...) {
    log.push_back(name + ": " + name_of(std::current_exception()));
  }
}

inline Coroutine<> writes(Log& log, std::string name, int fd) {
  const tests::Counted counted;
  try {
    co_await writable(fd);
    log.push_back(name + " may write");
  } catch (...) {
    log.push_back(name + ": " + name_of(std::current_exception()));
  }
}

class LoopTest : public testing::Test {
 protected:
  LoopTest() : LoopTest(selectors::default_selector()) {}
  explicit LoopTest(std::unique_ptr<selectors::Selector> selector)
      : loop_(std::move(selector)) {
    tests::Counted::reset();
    loop_.set_exception_handler(
        [this](EventLoop&, const ExceptionContext& context) {
          told_.push_back(context.message);
        });
  }
  void TearDown() override {
    loop_.close();
    EXPECT_EQ(tests::Counted::alive, 0);
    EXPECT_THAT(registered(), testing::IsEmpty());
  }

  template <typename T>
  Task<T> start(Coroutine<T> coroutine) {
    return loop_.create_task(std::move(coroutine));
  }
  template <typename T>
  T run(Coroutine<T> coroutine) {
    return loop_.run_until_complete(std::move(coroutine));
  }

  /// Those who are ready run, and those whom they make ready.
  void turns(int n) {
    for (int i = 0; i < n; ++i) {
      loop_.stop();
      loop_.run_forever();
    }
  }

  /// What the selector was told, but for the loop's own descriptor.
  [[nodiscard]] std::map<int, selectors::KeyPointer> registered() {
    auto map = selector().get_map();
    map.erase(own_);
    return map;
  }
  [[nodiscard]] selectors::Selector& selector() {
    return loop_.descriptors().selector();
  }

  Log log_;
  Log told_;  // what nobody waited for
  EventLoop loop_;

 private:
  int own_ = selector().get_map().begin()->first;
};

/// Runs on every selector.
class EverySelector : public LoopTest,
                      public testing::WithParamInterface<const char*> {
 protected:
  EverySelector() : LoopTest(selectors::selector_named(GetParam())) {}
};

/// INSTANTIATE_TEST_SUITE_P takes these.
inline auto every_selector() {
  return testing::Values("select", "poll", "epoll");
}
inline std::string selector_of(
    const testing::TestParamInfo<const char*>& parameter) {
  return parameter.param;
}

}  // namespace asyncio
