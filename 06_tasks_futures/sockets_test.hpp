// What the tests of waits, watches and sockets share: a loop in real time that
// leaves no registration behind, on each selector.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "06_tasks_futures/loop_test.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {

inline std::string named(int fd) {
  return "descriptor " + std::to_string(fd);
}

inline Coroutine<> reads(Log& log, std::string name, int fd) {
  const tests::Counted counted;
  try {
    co_await readable(fd);
    log.push_back(name + " may read");
  } catch (...) {
    log.push_back(name + ": " + named(std::current_exception()));
  }
}

inline Coroutine<> writes(Log& log, std::string name, int fd) {
  const tests::Counted counted;
  try {
    co_await writable(fd);
    log.push_back(name + " may write");
  } catch (...) {
    log.push_back(name + ": " + named(std::current_exception()));
  }
}

/// In real time; leaves no registration behind.
class DescriptorLoopTest : public LoopTest {
 protected:
  DescriptorLoopTest() : DescriptorLoopTest(selectors::default_selector()) {}
  explicit DescriptorLoopTest(std::unique_ptr<selectors::Selector> selector)
      : LoopTest(std::move(selector)) {
    collect_reports();
  }
  void TearDown() override {
    loop().close();
    EXPECT_THAT(registered(), testing::IsEmpty());
    LoopTest::TearDown();
  }

  /// What the selector was told, but for the loop's own descriptor.
  [[nodiscard]] std::map<int, selectors::KeyPointer> registered() {
    auto map = selector().get_map();
    map.erase(own_);
    return map;
  }
  [[nodiscard]] selectors::Selector& selector() {
    return loop().descriptors().selector();
  }

 private:
  int own_ = selector().get_map().begin()->first;
};

/// Runs on every selector.
class EverySelector : public DescriptorLoopTest,
                      public testing::WithParamInterface<const char*> {
 protected:
  EverySelector() : DescriptorLoopTest(selectors::selector_named(GetParam())) {}
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
