#include "01_blocking/stop_handler.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "common/net/listen.hpp"
#include "common/net/socket_pair.hpp"
#include "common/net/stop.hpp"
#include "common/net/system_call.hpp"

namespace blocking {
namespace {

// A stop handler belongs to a whole process, so each of these is one, and says
// by its exit code whether what should have ended the wait did.
class StopHandlerDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

void signal_from_another_thread(int signal) {
  std::thread([signal] { ::kill(::getpid(), signal); }).detach();
}

/// A client being served, with nobody who reads or writes at its other end.
struct SilentClient : net::SocketPair {
  [[nodiscard]] ssize_t receive() const {
    char byte = 0;
    return net::retry([&] { return ::recv(here.get(), &byte, 1, 0); });
  }
  [[nodiscard]] ssize_t send() const {
    const std::string much(1 << 20, 'x');
    return net::retry([&] {
      return ::send(here.get(), much.data(), much.size(), MSG_NOSIGNAL);
    });
  }
};

[[noreturn]] void accept_until_stopped() {
  const net::Descriptor listener = net::listen_on(net::resolve("127.0.0.1", 0));
  const StopHandler handler(listener.get());
  signal_from_another_thread(SIGTERM);
  net::retry([&] { return ::accept(listener.get(), nullptr, nullptr); });
  ::_exit(errno == EINVAL && StopHandler::requested() ? 0 : 1);
}

[[noreturn]] void receive_until_stopped() {
  const SilentClient client;
  const StopHandler handler(-1);
  const StopHandler::Serving serving(client.here.get());
  signal_from_another_thread(SIGINT);
  ::_exit(client.receive() == 0 ? 0 : 1);
}

[[noreturn]] void send_until_stopped() {
  const SilentClient client;
  const StopHandler handler(-1);
  const StopHandler::Serving serving(client.here.get());
  ::raise(SIGTERM);
  while (client.send() > 0) {
  }
  ::_exit(errno == EPIPE ? 0 : 1);
}

[[noreturn]] void stop_before_the_client_is_known() {
  const SilentClient client;
  const StopHandler handler(-1);
  ::raise(SIGTERM);
  const StopHandler::Serving serving(client.here.get());
  ::_exit(client.receive() == 0 ? 0 : 1);
}

// Twenty more signals, a fifth of a second apart.
[[noreturn]] void send_while_signals_go_on() {
  const SilentClient client;
  const StopHandler handler(-1);
  const StopHandler::Serving serving(client.here.get());
  ::raise(SIGTERM);
  const auto begin = std::chrono::steady_clock::now();
  std::thread([] {
    for (int i = 0; i < 20; ++i) {
      ::poll(nullptr, 0, 200);
      ::kill(::getpid(), SIGTERM);
    }
  }).detach();
  while (client.send() > 0) {
  }
  const auto waited = std::chrono::steady_clock::now() - begin;
  ::_exit(waited < 2 * net::k_stop_grace ? 0 : 1);
}

TEST_F(StopHandlerDeathTest, ASecondSignalDoesNotProlongTheStop) {
  EXPECT_EXIT(send_while_signals_go_on(), testing::ExitedWithCode(0), "");
}

TEST_F(StopHandlerDeathTest, EndsAnAcceptThatWaits) {
  EXPECT_EXIT(accept_until_stopped(), testing::ExitedWithCode(0), "");
}

TEST_F(StopHandlerDeathTest, EndsAReceiveThatWaits) {
  EXPECT_EXIT(receive_until_stopped(), testing::ExitedWithCode(0), "");
}

TEST_F(StopHandlerDeathTest, EndsASendToAClientThatDoesNotRead) {
  EXPECT_EXIT(send_until_stopped(), testing::ExitedWithCode(0), "");
}

TEST_F(StopHandlerDeathTest,
       ASignalThatFellBeforeTheClientWasKnownIsNotForgotten) {
  EXPECT_EXIT(stop_before_the_client_is_known(), testing::ExitedWithCode(0),
              "");
}

}  // namespace
}  // namespace blocking
