// What the tests of the loop share: each runs on every selector, and leaves no
// coroutine and no registration behind.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "05_coroutines/event_loop.hpp"
#include "common/testing/counted.hpp"

namespace coroutines {

using Log = std::vector<std::string>;

inline std::string named(int fd) {
  return "descriptor " + std::to_string(fd);
}

inline std::string name_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
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

class EventLoopTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { tests::Counted::reset(); }
  void TearDown() override {
    loop_.reset();
    EXPECT_EQ(tests::Counted::alive, 0);
    EXPECT_THAT(selector_->get_map(), testing::IsEmpty());
  }

  template <typename T>
  T run(Coroutine<T> coroutine) {
    return loop_->run_until_complete(std::move(coroutine));
  }
  void add(Coroutine<> coroutine) { loop_->add(std::move(coroutine)); }

  /// Those who are ready run, and those whom they make ready.
  void turns(int n) {
    for (int i = 0; i < n; ++i) run(sleep(std::chrono::nanoseconds(0)));
  }

  std::unique_ptr<selectors::Selector> selector_ =
      selectors::selector_named(GetParam());
  std::optional<EventLoop> loop_{std::in_place, *selector_};
  Log log_;
};

/// INSTANTIATE_TEST_SUITE_P takes these.
inline auto every_selector() {
  return testing::Values("select", "poll", "epoll");
}
inline std::string selector_of(
    const testing::TestParamInfo<const char*>& parameter) {
  return parameter.param;
}

}  // namespace coroutines
