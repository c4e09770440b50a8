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
#include <utility>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/loop_test.hpp"
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
