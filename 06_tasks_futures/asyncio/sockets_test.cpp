// Python's calls on sockets: each waits, nobody else does, and whoever is
// cancelled has taken nothing.
#include "06_tasks_futures/asyncio/sockets.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <exception>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/sockets_test.hpp"
#include "common/net/listen.hpp"
#include "common/testing/no_descriptors.hpp"
#include "common/testing/pair.hpp"
#include "common/testing/texts.hpp"

namespace asyncio {
namespace {

using selectors::k_event_write;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::bytes_of;
using tests::full_text;
using tests::make_small;
using tests::Pair;
using tests::say;
using tests::text_of;

/// Whoever sends what nobody has read, and finds nobody, is told so.
void reset(Pair& pair) {
  say(pair.here, "unread");
  pair.there.close();
}

Coroutine<> hears_all(int fd, Log& log) {
  const tests::Counted counted;
  try {
    while (const Chunk chunk = co_await sock_recv(fd)) {
      log.push_back(text_of(chunk));
    }
    log.emplace_back("end");
  } catch (...) {
    log.push_back(named(std::current_exception()));
  }
}

Coroutine<> says(int fd, std::string text, Log& log) {
  const tests::Counted counted;
  try {
    co_await sock_sendall(fd, bytes_of(text));
    log.emplace_back("all is sent");
  } catch (...) {
    log.push_back(named(std::current_exception()));
  }
}

class SockTest : public DescriptorLoopTest {
 protected:
  Pair pair_;
};

TEST_F(SockTest, RecvWaitsUntilSomethingComes) {
  start(hears_all(pair_.fd(), log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  say(pair_.there, "hello");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello"));
  say(pair_.there, "again");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello", "again"));
}

Coroutine<> hears_into(int fd, std::span<char> buffer, Log& log) {
  while (const std::size_t n =
             co_await sock_recv_into(fd, std::as_writable_bytes(buffer))) {
    log.emplace_back(buffer.data(), n);
  }
  log.emplace_back("end");
}

// test_sock_client_recv_into, in test_sock_lowlevel
TEST_F(SockTest, RecvIntoFillsWhatItIsGivenAndNoMore) {
  std::array<char, 4> buffer{};
  start(hears_into(pair_.fd(), buffer, log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  say(pair_.there, "hello");
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("hell", "o"));
  pair_.there.close();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hell", "o", "end"));
}

TEST_F(SockTest, ACancelledRecvIntoHasTakenNothing) {
  std::array<char, 4> buffer{};
  const auto task = start(hears_into(pair_.fd(), buffer, log_));
  run_turns(2);
  say(pair_.there, "kept");
  task.cancel();
  run_turns(2);
  EXPECT_EQ(text_of(run(sock_recv(pair_.fd()))), "kept");
}

TEST_F(SockTest, RecvGivesNothingAtTheEnd) {
  say(pair_.there, "last");
  pair_.there.close();
  run(hears_all(pair_.fd(), log_));
  EXPECT_THAT(log_, ElementsAre("last", "end"));
}

TEST_F(SockTest, RecvGivesAtMostOneChunkAtATime) {
  const int size = 256 * 1024;
  ::setsockopt(pair_.there.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  say(pair_.there, full_text() + "more");
  pair_.there.close();
  run(hears_all(pair_.fd(), log_));
  EXPECT_THAT(log_, ElementsAre(full_text(), "more", "end"));
}

TEST_F(SockTest, RecvThrowsWhenThePeerHasReset) {
  reset(pair_);
  run(hears_all(pair_.fd(), log_));
  EXPECT_THAT(log_,
              ElementsAre("system_error: recv: Connection reset by peer"));
}

// What the loop calls ready need not be: somebody else may have read it.
TEST_F(SockTest, RecvWaitsOnIfItWasWokenForNothing) {
  start(hears_all(pair_.fd(), log_));
  run_turns(1);
  pair_.write_from_there();
  loop().call_soon(
      [this] { pair_.read_here(); });  // in the turn it is ready in
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
  say(pair_.there, "hello");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(SockTest, ARecvThatIsCancelledHasTakenNothing) {
  const Task<> first = start(hears_all(pair_.fd(), log_));
  run_turns(1);
  first.cancel();
  run_turns(1);
  start(hears_all(pair_.fd(), log_));
  say(pair_.there, "hello");
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("CancelledError", "hello"));
}

TEST_F(SockTest, NorHasOneThatIsCancelledWhenTheBytesHaveCome) {
  const Task<> first = start(hears_all(pair_.fd(), log_));
  run_turns(1);
  say(pair_.there, "hello");
  loop().call_soon([&] { first.cancel(); });
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("CancelledError"));
  start(hears_all(pair_.fd(), log_));
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("CancelledError", "hello"));
}

TEST_F(SockTest, SendallEndsAtOnceIfThereIsRoom) {
  const Task<> task = start(says(pair_.fd(), "hello", log_));
  run_turns(1);
  EXPECT_TRUE(task.done());
  std::array<char, 16> heard{};
  EXPECT_EQ(::recv(pair_.there.get(), heard.data(), heard.size(), 0), 5);
}

TEST_F(SockTest, SendallOfNothingSendsNothing) {
  run(says(pair_.fd(), "", log_));
  char c = 0;
  EXPECT_EQ(::recv(pair_.there.get(), &c, 1, MSG_DONTWAIT), -1);
  EXPECT_THAT(log_, ElementsAre("all is sent"));
}

TEST_F(SockTest, SendallWaitsForASlowReaderAndLosesNothing) {
  make_small(pair_.fd());
  make_small(pair_.there.get());
  start(says(pair_.fd(), full_text(), log_));
  run_turns(5);
  EXPECT_THAT(log_, IsEmpty());  // there was no room for all of it
  EXPECT_EQ(registered().at(pair_.fd()), k_event_write);
  EXPECT_EQ(run(hears_slowly(pair_.there.get(), Chunk::k_capacity)),
            full_text());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("all is sent"));
}

// And no SIGPIPE, which would end this program.
TEST_F(SockTest, SendallThrowsWhenThePeerIsGone) {
  pair_.there.close();
  run(says(pair_.fd(), "hello", log_));
  EXPECT_THAT(log_, ElementsAre("system_error: send: Broken pipe"));
}

TEST_F(SockTest, SendallThrowsWhenThePeerLeavesWhileItWaits) {
  make_small(pair_.fd());
  make_small(pair_.there.get());
  start(says(pair_.fd(), full_text(), log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  pair_.there.close();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre(HasSubstr("system_error: send: ")));
}

TEST_F(SockTest, ASendallThatIsCancelledSendsNoMore) {
  make_small(pair_.fd());
  make_small(pair_.there.get());
  const Task<> task = start(says(pair_.fd(), full_text(), log_));
  run_turns(2);
  task.cancel();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("CancelledError"));
  pair_.drain();
  run_turns(2);
  char c = 0;
  EXPECT_EQ(::recv(pair_.there.get(), &c, 1, MSG_DONTWAIT), -1);
}

Coroutine<> connects(int fd, net::Address address, Log& log) {
  const tests::Counted counted;
  try {
    co_await sock_connect(fd, address);
    log.emplace_back("connected");
  } catch (...) {
    log.push_back(named(std::current_exception()));
  }
}

TEST_F(ListenerTest, ConnectAndAcceptMeet) {
  const net::Descriptor client = new_socket();
  start(connects(client.get(), address(), log_));
  const auto [socket, peer] = run(sock_accept(listener_.get()));
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("connected"));
  EXPECT_EQ(to_string(peer), to_string(net::local_address(client.get())));
  say(client, "hello");
  EXPECT_EQ(text_of(run(sock_recv(socket.get()))), "hello");
}

TEST_F(ListenerTest, AcceptGivesASocketThatNeitherWaitsNorIsInherited) {
  const net::Descriptor client = connect();
  const auto accepted = run(sock_accept(listener_.get()));
  const int fd = accepted.first.get();
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(ListenerTest, AnAcceptThatIsCancelledHasTakenNobody) {
  const auto first = start(sock_accept(listener_.get()));
  run_turns(1);
  const net::Descriptor client = connect();
  loop().call_soon([&] { first.cancel(); });
  run_turns(1);
  EXPECT_TRUE(first.cancelled());
  EXPECT_TRUE(run(sock_accept(listener_.get())).first);
}

TEST_F(ListenerTest, AcceptThrowsWhatIsNoClientsDoing) {
  ::shutdown(listener_.get(), SHUT_RDWR);
  EXPECT_THROW((void)run(sock_accept(listener_.get())), std::system_error);
}

TEST_F(ListenerTest, ConnectSaysWhoRefused) {
  const net::Address there = address();
  listener_.close();
  const net::Descriptor client = new_socket();
  run(connects(client.get(), there, log_));
  EXPECT_THAT(log_, ElementsAre("system_error: connect to " + to_string(there) +
                                ": Connection refused"));
}

TEST_F(ListenerTest, ConnectOfWhatIsConnectedIsAnError) {
  const net::Descriptor client = connect();
  run(connects(client.get(), address(), log_));
  EXPECT_THAT(log_, ElementsAre(HasSubstr("already connected")));
}

/// Leaves clients waiting until the next one is not even answered.
std::vector<net::Descriptor> crowd(const net::Descriptor& listener,
                                   const net::Address& address) {
  EXPECT_EQ(::listen(listener.get(), 0), 0);
  std::vector<net::Descriptor> clients;
  for (int i = 0; i < 2; ++i) {
    clients.emplace_back(
        ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ::connect(clients.back().get(), address.pointer(), address.size());
  }
  return clients;
}

TEST_F(ListenerTest, ConnectWaitsWhileNobodyAnswersAndMayBeCancelled) {
  const auto clients = crowd(listener_, address());
  const net::Descriptor late = new_socket();
  const Task<> first = start(connects(late.get(), address(), log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  first.cancel();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("CancelledError"));
  EXPECT_THAT(registered(), IsEmpty());
}

TEST_F(ListenerTest, ConnectGoesOnWithWhatWasCancelled) {
  const auto clients = crowd(listener_, address());
  const net::Descriptor late = new_socket();
  for (int i = 0; i < 2; ++i) {
    const Task<> task = start(connects(late.get(), address(), log_));
    run_turns(3);
    task.cancel();
    run_turns(1);
  }
  EXPECT_THAT(log_, ElementsAre("CancelledError", "CancelledError"));
}

Coroutine<> echoes(int fd) {
  while (const Chunk chunk = co_await sock_recv(fd)) {
    co_await sock_sendall(fd, chunk.bytes());
  }
}

Coroutine<> serves(int listener, int clients) {
  for (int i = 0; i < clients; ++i) {
    const auto [socket, peer] = co_await sock_accept(listener);
    co_await echoes(socket.get());
  }
}

Coroutine<std::string> asks(net::Address server, std::string question) {
  const net::Descriptor socket(
      ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  co_await sock_connect(socket.get(), server);
  co_await sock_sendall(socket.get(), bytes_of(question));
  ::shutdown(socket.get(), SHUT_WR);
  std::string answer;
  while (const Chunk chunk = co_await sock_recv(socket.get())) {
    answer += text_of(chunk);
  }
  co_return answer;
}

TEST_F(ListenerTest, TheFourMakeAnEchoServerAndItsClient) {
  const Task<> server = start(serves(listener_.get(), 2));
  EXPECT_EQ(run(asks(address(), "hello")), "hello");
  EXPECT_EQ(run(asks(address(), full_text())), full_text());
  loop().run_until_complete(server);
}

TEST_F(ListenerTest, AcceptThrowsWhenDescriptorsAreShort) {
  const net::Descriptor client = connect();
  const auto task = start(sock_accept(listener_.get()));
  run_turns(1);
  {
    const tests::NoDescriptors none;
    run_turns(1);
  }
  ASSERT_TRUE(task.done());
  EXPECT_THAT(named(task.exception()),
              "system_error: accept: Too many open files");
}

}  // namespace
}  // namespace asyncio
