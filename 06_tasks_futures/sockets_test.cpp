// To wait for a descriptor, and the calls on sockets that do: each waits,
// nobody else does, and whoever is cancelled has taken nothing.
#include "06_tasks_futures/asyncio/sockets.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/sockets_test.hpp"
#include "common/net/listen.hpp"
#include "common/net/socket_pair.hpp"
#include "common/net/system_call.hpp"
#include "common/testing/pair.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using selectors::k_event_read;
using selectors::k_event_write;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Pair;

// ---- readable, writable

class ReadinessTest : public EverySelector {};

INSTANTIATE_TEST_SUITE_P(All, ReadinessTest, every_selector(), selector_of);

TEST_P(ReadinessTest, AReaderWaitsUntilThereIsSomethingToRead) {
  const Pair pair;
  start(reads(log_, "A", pair.fd()));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  pair.write_from_there();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A may read"));
}

TEST_P(ReadinessTest, AWriterWaitsUntilThereIsRoom) {
  const Pair pair;
  pair.fill();
  start(writes(log_, "A", pair.fd()));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  pair.drain();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A may write"));
}

TEST_P(ReadinessTest, AHangUpWakesWhoeverWaits) {
  Pair pair;
  pair.fill();
  start(reads(log_, "A", pair.fd()));
  start(writes(log_, "B", pair.fd()));
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
  pair.there.close();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A may read", "B may write"));
}

TEST_P(ReadinessTest, AReaderAndAWriterMayWaitForTheSameDescriptor) {
  const Pair pair;
  const int fd = pair.fd();
  pair.fill();
  start(reads(log_, "A", fd));
  start(writes(log_, "B", fd));
  run_turns(1);
  EXPECT_EQ(selector().get_key(fd)->events, k_event_read | k_event_write);
  pair.drain();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("B may write"));
  EXPECT_EQ(selector().get_key(fd)->events, k_event_read);
  pair.write_from_there();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("B may write", "A may read"));
  EXPECT_THAT(registered(), IsEmpty());
}

TEST_P(ReadinessTest, ASecondReaderGetsARuntimeErrorAndTheFirstIsUnharmed) {
  const Pair pair;
  const int fd = pair.fd();
  start(reads(log_, "first", fd));
  start(reads(log_, "second", fd));
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("second: RuntimeError: " + named(fd) +
                                " is already waited for"));
  pair.write_from_there();
  run_turns(1);
  EXPECT_EQ(log_.back(), "first may read");
}

TEST_P(ReadinessTest, ASecondWriterGetsARuntimeErrorAndTheFirstIsUnharmed) {
  const Pair pair;
  pair.fill();
  start(writes(log_, "first", pair.fd()));
  start(writes(log_, "second", pair.fd()));
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre(HasSubstr("second: RuntimeError")));
  pair.drain();
  run_turns(1);
  EXPECT_EQ(log_.back(), "first may write");
}

Coroutine<> reads_again_after_an_error(Log& log, int bad, int good) {
  co_await reads(log, "bad", bad);
  co_await reads(log, "good", good);
}

TEST_P(ReadinessTest, ANegativeDescriptorIsAValueErrorInWhoeverWaits) {
  const Pair pair;
  pair.write_from_there();
  run(reads_again_after_an_error(log_, -1, pair.fd()));
  EXPECT_THAT(log_,
              ElementsAre("bad: ValueError: descriptor -1: expected zero or "
                          "more",
                          "good may read"));
}

TEST_P(ReadinessTest, ManyDescriptorsAreServedAtOnce) {
  const std::vector<Pair> pairs(100);
  for (const Pair& pair : pairs) start(reads(log_, "A", pair.fd()));
  run_turns(1);
  EXPECT_THAT(registered(), SizeIs(100));
  for (const Pair& pair : pairs) pair.write_from_there();
  run_turns(1);
  EXPECT_THAT(log_, SizeIs(100));
  EXPECT_THAT(registered(), IsEmpty());
}

Coroutine<> reads_twice(Log& log, const Pair& pair) {
  const Readiness ready = readable(pair.fd());
  for (int i = 0; i < 2; ++i) {
    pair.write_from_there();
    co_await Readiness(ready);
    pair.read_here();
    log.emplace_back("may read");
  }
}

TEST_P(ReadinessTest, AWaitMayBeCopiedBeforeItIsAwaited) {
  const Pair pair;
  run(reads_twice(log_, pair));
  EXPECT_THAT(log_, SizeIs(2));
}

// How each selector takes a descriptor that is closed differs, as chapter 3
// says: epoll refuses it, poll calls it ready.
Log wait_for_a_closed_one(std::unique_ptr<selectors::Selector> selector) {
  Log log;
  EventLoop loop(std::move(selector));
  Pair pair;
  const int fd = pair.fd();
  pair.here.close();
  loop.run_until_complete(reads(log, "A", fd));
  return log;
}

TEST(ClosedDescriptor, IsASystemErrorInWhoeverWaitsOnEpoll) {
  EXPECT_THAT(wait_for_a_closed_one(selectors::epoll_selector()),
              ElementsAre("A: system_error: epoll_ctl: Bad file descriptor"));
}

TEST(ClosedDescriptor, WakesWhoeverWaitsOnPoll) {
  EXPECT_THAT(wait_for_a_closed_one(selectors::poll_selector()),
              ElementsAre("A may read"));
}

TEST(VirtualTimeLoop, ServesRealDescriptorsAndWaitsForNoClock) {
  const Pair pair;
  Log log;
  EventLoop loop(virtual_time);
  const Task<> reader = loop.create_task(reads(log, "A", pair.fd()));
  loop.call_later(24h, [&] { pair.write_from_there(); });
  loop.run_until_complete(reader);
  EXPECT_THAT(log, ElementsAre("A may read"));
}

// ---- cancelled

class CancelledReadinessTest : public EverySelector {};

INSTANTIATE_TEST_SUITE_P(All, CancelledReadinessTest, every_selector(),
                         selector_of);

TEST_P(CancelledReadinessTest, ItThrowsWhereItWaitsAndForgetsTheDescriptor) {
  const Pair pair;
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(1);
  EXPECT_THAT(registered(), SizeIs(1));
  EXPECT_TRUE(reader.cancel("enough"));
  EXPECT_THAT(registered(), IsEmpty());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError: enough"));
  EXPECT_TRUE(reader.done());
}

TEST_P(CancelledReadinessTest, TheOtherEventIsStillWaitedFor) {
  const Pair pair;
  pair.fill();
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  start(writes(log_, "B", pair.fd()));
  run_turns(1);
  reader.cancel();
  EXPECT_EQ(selector().get_key(pair.fd())->events, k_event_write);
  pair.drain();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError", "B may write"));
}

TEST_P(CancelledReadinessTest, AnotherMayWaitInItsPlaceAtOnce) {
  const Pair pair;
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(1);
  reader.cancel();
  start(reads(log_, "B", pair.fd()));
  pair.write_from_there();
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError", "B may read"));
}

// What is ready may be cancelled until its turn comes.
TEST_P(CancelledReadinessTest, ItIsTooLateOnlyWhenItsTurnHasCome) {
  const Pair pair;
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(1);
  pair.write_from_there();
  loop().call_soon([&] { EXPECT_TRUE(reader.cancel()); });
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError"));
  EXPECT_THAT(registered(), IsEmpty());
}

TEST_P(CancelledReadinessTest, ASecondTimeChangesNothing) {
  const Pair pair;
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(1);
  reader.cancel("first");
  reader.cancel("second");
  EXPECT_EQ(reader.cancelling(), 2);
  run_turns(3);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError: first"));
}

Coroutine<> cancels_itself_and_reads(Log& log, int fd) {
  current_task()->cancel();
  co_await reads(log, "A", fd);
}

TEST_P(CancelledReadinessTest, WhoeverIsCancelledBeforeItWaitsDoesNotWait) {
  const Pair pair;
  run(cancels_itself_and_reads(log_, pair.fd()));
  EXPECT_THAT(log_, ElementsAre("A: CancelledError"));
  EXPECT_THAT(registered(), IsEmpty());
}

Coroutine<> reads_until_it_may(Log& log, int fd) {
  while (log.empty() || log.back() != "A may read") {
    co_await reads(log, "A", fd);
  }
}

TEST_P(CancelledReadinessTest, WhoeverCatchesItMayWaitAgain) {
  const Pair pair;
  const Task<> reader = start(reads_until_it_may(log_, pair.fd()));
  run_turns(1);
  reader.cancel();
  run_turns(1);
  EXPECT_FALSE(reader.done());
  pair.write_from_there();
  loop().run_until_complete(reader);
  EXPECT_THAT(log_, ElementsAre("A: CancelledError", "A may read"));
}

// ---- the loop closes

class ClosingTest : public EverySelector {};

INSTANTIATE_TEST_SUITE_P(All, ClosingTest, every_selector(), selector_of);

TEST_P(ClosingTest, WhoeverWaitsIsDestroyedAndNothingStaysRegistered) {
  const Pair pair;
  pair.fill();
  start(reads(log_, "A", pair.fd()));
  start(writes(log_, "B", pair.fd()));
  run_turns(1);
  EXPECT_THAT(registered(), SizeIs(1));
  loop().close();
  EXPECT_THAT(registered(), IsEmpty());
  EXPECT_EQ(tests::Counted::alive, 0);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(ClosingTest, WhoeverWasWokenIsDestroyedAsWell) {
  const Pair pair;
  start(reads(log_, "A", pair.fd()));
  run_turns(1);
  pair.write_from_there();
  loop().call_soon([] { throw KeyboardInterrupt(); });
  EXPECT_THROW(run_turns(1),
               KeyboardInterrupt);  // it was ready, and has not run
  loop().close();
  EXPECT_EQ(tests::Counted::alive, 0);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(ClosingTest, WhoeverWasCancelledIsDestroyedAsWell) {
  const Pair pair;
  const Task<> reader = start(reads(log_, "A", pair.fd()));
  run_turns(1);
  reader.cancel();
  loop().close();
  EXPECT_EQ(tests::Counted::alive, 0);
  EXPECT_THAT(log_, IsEmpty());
}

// ---- Python's four

std::string text_of(const Chunk& chunk) {
  std::string text(chunk.bytes().size(), '\0');
  if (!text.empty())
    std::memcpy(text.data(), chunk.bytes().data(), text.size());
  return text;
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

/// 64 KiB in which every place looks different from those about it.
std::string full_text() {
  std::string text;
  while (text.size() < Chunk::k_capacity) {
    text += std::to_string(text.size()) + ' ';
  }
  text.resize(Chunk::k_capacity);
  return text;
}

void say(const net::Descriptor& socket, const std::string& text) {
  ASSERT_EQ(::send(socket.get(), text.data(), text.size(), 0),
            static_cast<ssize_t>(text.size()));
}

/// So that little fits in before somebody has to read.
void make_small(const net::SocketPair& pair) {
  const int size = 4 * 1024;
  for (const int fd : {pair.here.get(), pair.there.get()}) {
    ASSERT_EQ(::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
  }
}

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

Coroutine<std::string> hears_slowly(int fd, std::size_t size) {
  std::string heard;
  std::array<char, 1'000> some{};
  while (heard.size() < size) {
    co_await readable(fd);
    const ssize_t n = ::recv(fd, some.data(), some.size(), 0);
    if (n > 0) heard.append(some.data(), static_cast<std::size_t>(n));
    co_await sleep(0ns);
  }
  co_return heard;
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
  make_small(pair_);
  start(says(pair_.fd(), full_text(), log_));
  run_turns(5);
  EXPECT_THAT(log_, IsEmpty());  // there was no room for all of it
  EXPECT_EQ(selector().get_key(pair_.fd())->events, k_event_write);
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
  make_small(pair_);
  start(says(pair_.fd(), full_text(), log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  pair_.there.close();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre(HasSubstr("system_error: send: ")));
}

TEST_F(SockTest, ASendallThatIsCancelledSendsNoMore) {
  make_small(pair_);
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
    const net::Address server = address();
    net::Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    net::checked(::connect(client.get(), server.pointer(), server.size()),
                 "connect");
    return client;
  }

  net::Descriptor listener_ = net::listen_on(net::resolve("127.0.0.1", 0));
};

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

// ---- chapter 1's three

Chunk chunk_of(const std::string& text) {
  Chunk chunk = Chunk::borrow();
  std::memcpy(chunk.space().data(), text.data(), text.size());
  chunk.fill(text.size());
  return chunk;
}

/// A connection whose other end is in the hands of the test.
class ConnectionTest : public DescriptorLoopTest {
 protected:
  ConnectionTest() {
    Pair pair;
    connection_.emplace(std::move(pair.here), net::Address(), quiet_);
    peer_ = std::move(pair.there);
  }

  /// So that little fits in before somebody has to read.
  void make_small() const {
    const int size = 4 * 1024;
    for (const int fd : {connection_->fd(), peer_.get()}) {
      ASSERT_EQ(::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
    }
  }

  net::Log quiet_{true};
  std::optional<Connection> connection_;
  net::Descriptor peer_;
};

Coroutine<> hears_all(Connection& client, Log& log) {
  while (const Chunk chunk = co_await receive(client)) {
    log.push_back(text_of(chunk));
  }
  log.emplace_back("end");
}

TEST_F(ConnectionTest, ReceiveWaitsUntilSomethingComes) {
  start(hears_all(*connection_, log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  say(peer_, "hello");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello"));
  say(peer_, "again");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello", "again"));
}

TEST_F(ConnectionTest, ReceiveGivesNothingAtTheEnd) {
  say(peer_, "last");
  peer_.close();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("last", "end"));
}

TEST_F(ConnectionTest, TheEndMayComeWhileItWaits) {
  start(hears_all(*connection_, log_));
  run_turns(3);
  peer_.close();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("end"));
}

TEST_F(ConnectionTest, AResetIsTheEndToo) {
  ASSERT_EQ(::send(connection_->fd(), "x", 1, 0), 1);
  peer_.close();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("end"));
}

TEST_F(ConnectionTest, ReceiveFromOneThatWasAbandonedIsTheEndAtOnce) {
  say(peer_, "unheard");
  connection_->abandon();
  run(hears_all(*connection_, log_));
  EXPECT_THAT(log_, ElementsAre("end"));
}

// What the loop calls ready need not be: somebody else may have read it.
TEST_F(ConnectionTest, ReceiveWaitsOnIfItWasWokenForNothing) {
  start(hears_all(*connection_, log_));
  run_turns(1);
  say(peer_, "x");
  loop().call_soon([this] {
    char c = 0;
    ASSERT_EQ(::read(connection_->fd(), &c, 1), 1);
  });
  run_turns(2);
  EXPECT_THAT(log_, IsEmpty());
  say(peer_, "hello");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(ConnectionTest, AReceiveThatIsCancelledHasTakenNothing) {
  const Task<> first = start(hears_all(*connection_, log_));
  run_turns(1);
  say(peer_, "hello");
  loop().call_soon([&] { first.cancel(); });
  run_turns(1);
  EXPECT_TRUE(first.cancelled());
  start(hears_all(*connection_, log_));
  run_turns(2);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

Coroutine<> tells_what_it_throws(Connection& client, Log& log) {
  try {
    const Chunk chunk = co_await receive(client);
  } catch (const RuntimeError& error) {
    log.emplace_back(error.what());
  }
}

TEST_F(ConnectionTest, ReceiveThrowsWhatReadableThrows) {
  start(hears_all(*connection_, log_));
  run_turns(1);
  run(tells_what_it_throws(*connection_, log_));
  EXPECT_THAT(log_,
              ElementsAre(named(connection_->fd()) + " is already waited for"));
}

Coroutine<> says(Connection& client, std::string text, Log& log) {
  Chunk chunk = chunk_of(text);
  co_await send_all(client, chunk);
  log.emplace_back(chunk ? "something is left" : "all is sent");
}

TEST_F(ConnectionTest, SendAllEndsAtOnceIfThereIsRoom) {
  const Task<> task = start(says(*connection_, "hello", log_));
  run_turns(1);
  EXPECT_TRUE(task.done());
  EXPECT_THAT(log_, ElementsAre("all is sent"));
  std::array<char, 16> heard{};
  EXPECT_EQ(::recv(peer_.get(), heard.data(), heard.size(), 0), 5);
}

TEST_F(ConnectionTest, SendAllOfNothingSendsNothing) {
  Chunk nothing;
  run(send_all(*connection_, nothing));
  char c = 0;
  EXPECT_EQ(::recv(peer_.get(), &c, 1, MSG_DONTWAIT), -1);
}

TEST_F(ConnectionTest, SendAllWaitsForASlowReaderAndLosesNothing) {
  make_small();
  start(says(*connection_, full_text(), log_));
  run_turns(5);
  EXPECT_THAT(log_, IsEmpty());  // there was no room for all of it
  EXPECT_EQ(selector().get_key(connection_->fd())->events, k_event_write);
  EXPECT_EQ(run(hears_slowly(peer_.get(), Chunk::k_capacity)), full_text());
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("all is sent"));
}

Coroutine<> says_when_asked_twice(Connection& client, std::string text) {
  Chunk chunk = chunk_of(text);
  try {
    co_await send_all(client, chunk);
  } catch (const CancelledError&) {
  }
  co_await send_all(client, chunk);
}

TEST_F(ConnectionTest, ASendAllThatIsCancelledLeavesWhatWasNotSent) {
  make_small();
  const Task<> task = start(says_when_asked_twice(*connection_, full_text()));
  run_turns(2);
  task.cancel();
  run_turns(1);
  EXPECT_FALSE(task.done());
  EXPECT_EQ(run(hears_slowly(peer_.get(), Chunk::k_capacity)), full_text());
  loop().run_until_complete(task);
}

Coroutine<> says_and_listens(Connection& client, std::string text, Log& log) {
  Chunk chunk = chunk_of(text);
  co_await send_all(client, chunk);
  log.emplace_back(client.is_abandoned() ? "abandoned" : "still there");
  const Chunk answer = co_await receive(client);
  log.emplace_back(answer ? "heard something" : "end");
}

TEST_F(ConnectionTest, SendAllToOneThatIsGoneAbandonsIt) {
  peer_.close();
  run(says_and_listens(*connection_, "hello", log_));
  EXPECT_THAT(log_, ElementsAre("abandoned", "end"));
}

TEST_F(ConnectionTest, SendAllAbandonsOneThatLeavesWhileItWaits) {
  make_small();
  start(says_and_listens(*connection_, full_text(), log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  peer_.close();
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("abandoned", "end"));
}

TEST_F(ConnectionTest, AReaderMayWaitWhileAWriterDoes) {
  make_small();
  start(says(*connection_, full_text(), log_));
  start(hears_all(*connection_, log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  say(peer_, "hello");
  run_turns(1);
  EXPECT_THAT(log_, ElementsAre("hello"));
  EXPECT_EQ(run(hears_slowly(peer_.get(), Chunk::k_capacity)), full_text());
}

// ---- accept_client

class AcceptClientTest : public ListenerTest {
 protected:
  net::Log quiet_{true};
};

Coroutine<> accepts(const net::Descriptor& listener, net::Log& quiet, int n,
                    Log& log) {
  for (int i = 0; i < n; ++i) {
    Connection client = co_await accept_client(listener, quiet);
    const Chunk chunk = co_await receive(client);
    log.push_back(text_of(chunk));
  }
}

TEST_F(AcceptClientTest, WaitsForTheNextClient) {
  const Task<> task = start(accepts(listener_, quiet_, 1, log_));
  run_turns(3);
  EXPECT_THAT(log_, IsEmpty());
  const net::Descriptor client = connect();
  say(client, "hello");
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(AcceptClientTest, TakesSeveralInTheOrderInWhichTheyCame) {
  const net::Descriptor first = connect();
  const net::Descriptor second = connect();
  const net::Descriptor third = connect();
  say(third, "3");
  say(second, "2");
  say(first, "1");
  run(accepts(listener_, quiet_, 3, log_));
  EXPECT_THAT(log_, ElementsAre("1", "2", "3"));
}

TEST_F(AcceptClientTest, GivesAConnectionThatDoesNotWait) {
  const net::Descriptor client = connect();
  const Connection connection = run(accept_client(listener_, quiet_));
  char c = 0;
  EXPECT_EQ(::recv(connection.fd(), &c, 1, 0), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(AcceptClientTest, MayBeCancelledAndHasTakenNobody) {
  const Task<> task = start(accepts(listener_, quiet_, 1, log_));
  run_turns(1);
  const net::Descriptor client = connect();
  say(client, "hello");
  loop().call_soon([&] { task.cancel(); });
  run_turns(1);
  EXPECT_TRUE(task.cancelled());
  run(accepts(listener_, quiet_, 1, log_));
  EXPECT_THAT(log_, ElementsAre("hello"));
}

/// Lets nobody have another descriptor for as long as it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{.rlim_cur = 3, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(AcceptClientTest, LooksAgainALittleLaterWhenDescriptorsAreShort) {
  const net::Descriptor client = connect();
  say(client, "hello");
  testing::internal::CaptureStderr();
  net::Log loud(true);
  const Task<> task = start(accepts(listener_, loud, 1, log_));
  {
    const NoDescriptors none;
    run_turns(3);
  }
  EXPECT_FALSE(loop().timers().empty());  // and does nothing until then
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "clients wait to be accepted: Too many open files\n");
  EXPECT_THAT(log_, IsEmpty());
  loop().run_until_complete(task);
  EXPECT_THAT(log_, ElementsAre("hello"));
}

TEST_F(AcceptClientTest, ThrowsWhatIsNoClientsDoing) {
  ::shutdown(listener_.get(), SHUT_RDWR);
  EXPECT_THROW((void)run(accept_client(listener_, quiet_)), std::system_error);
}

TEST_F(ListenerTest, AcceptThrowsWhenDescriptorsAreShort) {
  const net::Descriptor client = connect();
  const auto task = start(sock_accept(listener_.get()));
  run_turns(1);
  {
    const NoDescriptors none;
    run_turns(1);
  }
  ASSERT_TRUE(task.done());
  EXPECT_THAT(named(task.exception()),
              "system_error: accept: Too many open files");
}

}  // namespace
}  // namespace asyncio
