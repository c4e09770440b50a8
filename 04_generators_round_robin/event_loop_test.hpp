// What the tests of the loop share: each runs on every selector, and leaves no
// task and no registration behind.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "04_generators_round_robin/event_loop.hpp"
#include "common/testing/counted.hpp"
#include "common/testing/pair.hpp"

namespace generators {

using Log = std::vector<std::string>;

/// Two ends of which the tasks wait for `here`.
struct Pair : tests::Pair {
  [[nodiscard]] Wait readable() const {
    return {selectors::k_event_read, fd()};
  }
  [[nodiscard]] Wait writable() const {
    return {selectors::k_event_write, fd()};
  }
};

// Each task holds a Counted, so that all of them are seen to be destroyed.

inline Task tell(std::string name, Log& log) {
  const tests::Counted counted;
  log.push_back(std::move(name));
  co_return;
}

inline Task wait_and_tell(Wait wait, std::string name, Log& log) {
  const tests::Counted counted;
  log.push_back(name + " begins");
  co_yield wait;
  log.push_back(name + " goes on");
}

inline Task wait_for_ever(Wait wait) {
  const tests::Counted counted;
  while (true) co_yield wait;
}

class EventLoopTest : public testing::TestWithParam<const char*> {
 protected:
  EventLoopTest() { tests::Counted::reset(); }
  ~EventLoopTest() override {
    loop_.reset();
    EXPECT_EQ(tests::Counted::alive, 0);
    EXPECT_THAT(selector_->get_map(), testing::IsEmpty());
  }

  /// Runs what can run without waiting, and one turn more.
  void turn() { loop_->run_once(std::chrono::nanoseconds(0)); }

  Pair pair_;  // outlives the loop, as descriptors must
  Pair other_;
  Log log_;
  std::unique_ptr<selectors::Selector> selector_ =
      selectors::selector_named(GetParam());
  std::optional<EventLoop> loop_{std::in_place, *selector_};
};

/// INSTANTIATE_TEST_SUITE_P takes these.
inline auto every_selector() {
  return testing::Values("select", "poll", "epoll");
}
inline std::string selector_of(
    const testing::TestParamInfo<const char*>& parameter) {
  return parameter.param;
}

}  // namespace generators
