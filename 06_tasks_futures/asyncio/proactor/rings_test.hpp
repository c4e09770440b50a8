// What the tests of rings share: they are skipped where there is no io_uring.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <system_error>

#include "06_tasks_futures/asyncio/proactor/rings.hpp"

namespace asyncio::uring {

/// A test with a ring of its own.
class RingsTest : public testing::Test {
 protected:
  static constexpr unsigned k_capacity = 8;
  static constexpr unsigned k_most_completions = 4 * k_capacity;

  void SetUp() override {
    try {
      rings_.emplace(k_capacity);
    } catch (const std::system_error& error) {
      GTEST_SKIP() << error.what();
    }
  }

  Rings& rings() { return *rings_; }

  io_uring_sqe& add(unsigned char operation, std::uint64_t user_data) {
    io_uring_sqe& request = rings_->add_request();
    request.opcode = operation;
    request.user_data = user_data;
    return request;
  }
  void add_nothings(unsigned n) {
    for (unsigned i = 0; i < n; ++i) add(IORING_OP_NOP, i);
  }

  /// The next one. Waits for it.
  Completion completion() {
    while (come_.empty()) {
      rings_->enter(std::nullopt);
      take_completions();
    }
    const Completion first = come_.front();
    come_.pop_front();
    return first;
  }

  /// Keeps those there are by now for `completion`, and says how many.
  std::size_t take_completions() {
    const std::size_t before = come_.size();
    rings_->for_each_completion(
        [&](const Completion& completion) { come_.push_back(completion); });
    return come_.size() - before;
  }

 private:
  std::optional<Rings> rings_;
  std::deque<Completion> come_;
};

}  // namespace asyncio::uring
