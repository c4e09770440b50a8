// What the tests of waits, watches and sockets share: a loop in real time that
// leaves no registration behind, on each selector.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/proactor/uring_selector.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "common/net/listen.hpp"
#include "common/testing/connect.hpp"
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

inline Coroutine<std::string> hears_slowly(int fd, std::size_t size) {
  std::string heard;
  std::array<char, 1'000> some{};
  while (heard.size() < size) {
    co_await readable(fd);
    const ssize_t n = ::recv(fd, some.data(), some.size(), 0);
    if (n > 0) heard.append(some.data(), static_cast<std::size_t>(n));
    co_await sleep(std::chrono::nanoseconds(0));
  }
  co_return heard;
}

/// Another selector, and what the loop registers with it.
class SeenSelector final : public selectors::Selector {
 public:
  using Events = selectors::Events;
  struct Seen {
    std::map<int, Events> registered;
    std::map<int, int> times;  // how often each was
  };

  SeenSelector(std::unique_ptr<Selector> real, std::shared_ptr<Seen> seen)
      : real_(std::move(real)), seen_(std::move(seen)) {}

 private:
  void add(int fd, Events events) override {
    real_->poller().add(fd, events);
    seen_->registered[fd] = events;
    ++seen_->times[fd];
  }
  void change(int fd, Events events) override {
    real_->poller().change(fd, events);
    seen_->registered[fd] = events;
  }
  void remove(int fd) noexcept override {
    real_->poller().remove(fd);
    seen_->registered.erase(fd);
  }
  void wait(Timeout timeout, std::vector<selectors::Report>& reports) override {
    real_->poller().wait(timeout, reports);
  }

  std::unique_ptr<Selector> real_;
  std::shared_ptr<Seen> seen_;
};

/// In real time; leaves no registration behind.
class DescriptorLoopTest : public LoopTest {
 protected:
  DescriptorLoopTest() : DescriptorLoopTest(selectors::default_selector()) {}
  explicit DescriptorLoopTest(std::unique_ptr<selectors::Selector> selector)
      : DescriptorLoopTest(std::move(selector),
                           std::make_shared<SeenSelector::Seen>()) {
    collect_reports();
  }
  void TearDown() override {
    loop().close();
    EXPECT_THAT(registered(), testing::IsEmpty());
    LoopTest::TearDown();
  }

  /// What the selector was told, but for the loop's own descriptor.
  [[nodiscard]] std::map<int, selectors::Events> registered() const {
    std::map<int, selectors::Events> registered = seen_->registered;
    registered.erase(own_);
    return registered;
  }
  /// How often `fd` was registered.
  [[nodiscard]] int times_registered(int fd) const { return seen_->times[fd]; }

 private:
  using Seen = std::shared_ptr<SeenSelector::Seen>;

  DescriptorLoopTest(std::unique_ptr<selectors::Selector> selector, Seen seen)
      : LoopTest(std::make_unique<SeenSelector>(std::move(selector), seen)),
        seen_(std::move(seen)) {}

  Seen seen_;
  int own_ = seen_->registered.begin()->first;
};

/// A server's socket, and what its clients do.
class ListenerTest : public DescriptorLoopTest {
 protected:
  ListenerTest() { net::set_nonblocking(listener_.get()); }

  [[nodiscard]] net::Address address() const {
    return net::local_address(listener_.get());
  }
  [[nodiscard]] static net::Descriptor new_socket() {
    return net::Descriptor(
        ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  }
  [[nodiscard]] net::Descriptor connect() const {
    return tests::connect_to(listener_);
  }

  net::Descriptor listener_ = net::listen_on(net::resolve("127.0.0.1", 0));
};

/// Runs on every selector that there is.
class EverySelector : public DescriptorLoopTest,
                      public testing::WithParamInterface<const char*> {
 protected:
  EverySelector() : DescriptorLoopTest(selector(GetParam())) {}
  void SetUp() override {
    if (is_missing(GetParam())) GTEST_SKIP() << "there is no io_uring";
  }

 private:
  static bool is_missing(const std::string& name) {
    try {
      if (name == "io_uring") UringSelector();
      return false;
    } catch (const std::system_error&) {
      return true;
    }
  }
  static std::unique_ptr<selectors::Selector> selector(
      const std::string& name) {
    if (is_missing(name)) return selectors::default_selector();
    if (name == "io_uring") return std::make_unique<UringSelector>();
    return selectors::selector_named(name);
  }
};

/// INSTANTIATE_TEST_SUITE_P takes these.
inline auto every_selector() {
  return testing::Values("select", "poll", "epoll", "io_uring");
}
inline std::string selector_of(
    const testing::TestParamInfo<const char*>& parameter) {
  return parameter.param;
}

}  // namespace asyncio
