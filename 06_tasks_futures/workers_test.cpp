// Loops in threads of their own: who stops them, and what becomes of the others
// when one fails.
#include "06_tasks_futures/workers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <deque>
#include <functional>
#include <mutex>
#include <semaphore>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/finally.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/sockets.hpp"
#include "06_tasks_futures/shared_port.hpp"
#include "common/net/listen.hpp"
#include "common/net/stop.hpp"
#include "common/net/system_call.hpp"
#include "common/testing/counted.hpp"

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto k_patience = 20s;

/// Something that one thread waits for and another brings about.
class Event {
 public:
  void set() { semaphore_.release(); }
  void wait() { ASSERT_TRUE(semaphore_.try_acquire_for(k_patience)); }

 private:
  std::counting_semaphore<> semaphore_{0};
};

Coroutine<> forever() {
  while (true) co_await sleep(1h);
}

Coroutine<> one_turn() {
  co_await sleep(0s);
}

// ---- one

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() { tests::Counted::reset(); }
  ~WorkerTest() override { EXPECT_EQ(tests::Counted::alive, 0); }

  /// Runs `worker` here, and `other` in another thread once it runs.
  static void run(Worker& worker, std::function<void()> other) {
    Event running;
    const std::jthread thread([&] {
      running.wait();
      other();
    });
    worker.run([&] { running.set(); });
  }
};

Coroutine<> two_steps(std::vector<std::string>& log) {
  log.emplace_back("first step");
  co_await sleep(0s);
  log.emplace_back("second step");
}

TEST_F(WorkerTest, RunsItsTaskToTheEndAndSaysSoAfterTheFirstStep) {
  std::vector<std::string> log;
  Worker worker([&] { return two_steps(log); });
  worker.run([&] { log.emplace_back("running"); });
  EXPECT_THAT(log, ElementsAre("first step", "running", "second step"));
}

Coroutine<> cleans_up(Worker*& self, bool& is_clean) {
  const tests::Counted counted;
  try {
    co_await forever();
  } catch (const CancelledError&) {
  }
  self->stop();  // again
  for (int turn = 0; turn < 10; ++turn) co_await sleep(0s);
  is_clean = true;
}

TEST_F(WorkerTest, AStopCancelsItsTaskOnceAndLetsItCleanUp) {
  bool is_clean = false;
  Worker* self = nullptr;
  Worker worker([&] { return cleans_up(self, is_clean); });
  self = &worker;
  run(worker, [&] { worker.stop(); });
  EXPECT_TRUE(is_clean);
}

TEST_F(WorkerTest, StoppedBeforeItRunsItGoesNoFurtherThanToItsFirstWait) {
  std::vector<std::string> log;
  Worker worker([&] { return two_steps(log); });
  worker.stop();
  worker.run([] {});
  EXPECT_THAT(log, ElementsAre("first step"));
}

TEST_F(WorkerTest, AStopAfterItsEndIsNothing) {
  Worker worker(one_turn);
  worker.run([] {});
  worker.stop();
}

TEST_F(WorkerTest, AStopMayComeWhileItEnds) {
  for (int i = 0; i < 50; ++i) {
    Worker worker(one_turn);
    run(worker, [&] { worker.stop(); });
  }
}

TEST_F(WorkerTest, OneThatNeverRunsLeavesNothing) {
  const Worker worker([] { return forever(); });
}

Coroutine<> waits(std::vector<std::string>& log) {
  const tests::Counted counted;
  const Finally at_end([&] { log.emplace_back("cleaned up"); });
  co_await forever();
}

Coroutine<> leaves_a_task_and_fails(std::vector<std::string>& log) {
  create_task(waits(log));
  co_await sleep(0s);
  throw std::runtime_error("no");
}

TEST_F(WorkerTest, ThrowsWhatItsTaskThrowsWhenItHasCleanedUp) {
  std::vector<std::string> log;
  Worker worker([&] { return leaves_a_task_and_fails(log); });
  EXPECT_THROW(worker.run([] {}), std::runtime_error);
  EXPECT_THAT(log, ElementsAre("cleaned up"));
}

// ---- several

/// The signals wait for those who take them.
class WorkersTest : public testing::Test {
 protected:
  WorkersTest() { net::block(net::stop_signals()); }
  ~WorkersTest() override { net::unblock(net::stop_signals()); }

  static void signal(int number = SIGTERM) { ::kill(::getpid(), number); }

  /// Runs the workers here, and `other` in another thread once they run; then a
  /// signal ends them.
  std::size_t run(std::function<void()> other = [] {}) {
    Event running;
    const std::jthread thread([&] {
      running.wait();
      other();
      signal();
    });
    return workers_.run([&] { running.set(); });
  }

  net::Log log_{true};
  Workers workers_{log_};
};

/// Who has run.
class Threads {
 public:
  void add_this() {
    const std::lock_guard lock(mutex_);
    ids_.insert(std::this_thread::get_id());
  }
  [[nodiscard]] std::size_t size() const { return ids_.size(); }

 private:
  std::mutex mutex_;
  std::set<std::thread::id> ids_;
};

Coroutine<> enters_itself(Threads& threads) {
  threads.add_this();
  co_await forever();
}

TEST_F(WorkersTest, EachRunsInAThreadOfItsOwn) {
  Threads threads;
  threads.add_this();
  for (int i = 0; i < 4; ++i) {
    workers_.add([&] { return enters_itself(threads); });
  }
  EXPECT_EQ(run(), 0U);
  EXPECT_EQ(threads.size(), 5U);
}

TEST_F(WorkersTest, SaysOnceThatTheyRun) {
  std::atomic<int> said = 0;
  for (int i = 0; i < 4; ++i) workers_.add(forever);
  const std::size_t failed = workers_.run([&] {
    ++said;
    signal();
  });
  EXPECT_EQ(failed, 0U);
  EXPECT_EQ(said, 1);
}

TEST_F(WorkersTest, EitherSignalEndsThemAndASecondChangesNothing) {
  for (const int number : {SIGINT, SIGTERM}) {
    Workers workers(log_);
    for (int i = 0; i < 3; ++i) workers.add(forever);
    const std::size_t failed = workers.run([number] {
      signal(number);
      signal(SIGTERM);
    });
    EXPECT_EQ(failed, 0U);
  }
}

TEST_F(WorkersTest, ASignalThatComesBeforeTheyRunIsNotLost) {
  for (int i = 0; i < 3; ++i) workers_.add(forever);
  signal();
  EXPECT_EQ(workers_.run([] {}), 0U);
}

TEST_F(WorkersTest, TheyMayEndByThemselves) {
  for (int i = 0; i < 3; ++i) workers_.add(one_turn);
  EXPECT_EQ(workers_.run([] {}), 0U);
}

Coroutine<> fails() {
  co_await sleep(0s);
  throw std::runtime_error("out of luck");
}

TEST_F(WorkersTest, IfAllFailItEndsWithoutASignal) {
  testing::internal::CaptureStderr();
  net::Log log(true);
  Workers workers(log);
  workers.add(fails);
  workers.add(fails);
  EXPECT_EQ(workers.run([] {}), 2U);
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_THAT(lines, HasSubstr("worker 1 failed: out of luck\n"));
  EXPECT_THAT(lines, HasSubstr("worker 2 failed: out of luck\n"));
}

// ---- and their clients

/// Answers each byte with its name. Told to fail, it does so at its next
/// client.
class Answerer {
 public:
  Answerer(net::Descriptor listener, char name)
      : listener_(std::move(listener)), name_(name) {
    net::set_nonblocking(listener_.get());
  }

  Coroutine<> work() {
    const Finally at_end([this] {
      listener_.close();
      closed_.set();
    });
    while (true) {
      auto [client, address] = co_await sock_accept(listener_.get());
      if (is_to_fail_) throw std::runtime_error("told to");
      create_task(answer(std::move(client)));
    }
  }

  void fail_at_next_client() { is_to_fail_ = true; }
  void wait_until_closed() { closed_.wait(); }
  [[nodiscard]] char name() const { return name_; }

 private:
  Coroutine<> answer(net::Descriptor client) {
    while (const Chunk chunk = co_await sock_recv(client.get())) {
      const std::string answer(chunk.bytes().size(), name_);
      co_await sock_sendall(client.get(), std::as_bytes(std::span(answer)));
    }
  }

  net::Descriptor listener_;
  const char name_;
  std::atomic<bool> is_to_fail_ = false;
  Event closed_;
};

/// Who answers; '-' if the connection is gone.
char ask(const net::Descriptor& client) {
  char c = '?';
  if (::send(client.get(), &c, 1, MSG_NOSIGNAL) != 1) return '-';
  pollfd ready{.fd = client.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&ready, 1, 20'000), 1);
  return ::recv(client.get(), &c, 1, MSG_DONTWAIT) == 1 ? c : '-';
}

class AnsweringTest : public WorkersTest {
 protected:
  explicit AnsweringTest(int n = 3) {
    char name = 'A';
    address_ = net::local_address(first_.get());
    for (net::Descriptor& one : share_port(std::move(first_), n)) {
      Answerer& answerer = answerers_.emplace_back(std::move(one), name++);
      workers_.add([&answerer] { return answerer.work(); });
    }
  }

  [[nodiscard]] net::Descriptor connect() const {
    net::Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    net::checked(::connect(client.get(), address_.pointer(), address_.size()),
                 "connect");
    return client;
  }
  /// Who answers so many new clients, each a few times.
  [[nodiscard]] std::multiset<char> ask_with(int clients) const {
    std::multiset<char> names;
    for (int i = 0; i < clients; ++i) {
      const net::Descriptor client = connect();
      const char name = ask(client);
      for (int time = 0; time < 3; ++time) EXPECT_EQ(ask(client), name);
      names.insert(name);
    }
    return names;
  }
  /// A client of it, found by trying.
  [[nodiscard]] net::Descriptor client_of(char name) const {
    while (true) {
      net::Descriptor client = connect();
      if (ask(client) == name) return client;
    }
  }
  /// Lets it fail; the client that it failed at is gone.
  void let_fail(Answerer& answerer) const {
    answerer.fail_at_next_client();
    while (ask(connect()) != '-') {
    }
    answerer.wait_until_closed();
  }

 private:
  net::Descriptor first_ = net::listen_on(net::resolve("127.0.0.1", 0));

 protected:
  std::deque<Answerer> answerers_;
  net::Address address_;
};

TEST_F(AnsweringTest, ClientsAreSpreadAndEachStaysWithOne) {
  const std::size_t failed = run([this] {
    const auto names = ask_with(200);
    for (const char name : {'A', 'B', 'C'}) EXPECT_GT(names.count(name), 0U);
    EXPECT_EQ(names.count('-'), 0U);
  });
  EXPECT_EQ(failed, 0U);
}

TEST_F(AnsweringTest, WhenOneFailsTheOthersKeepTheirClientsAndGetTheNewOnes) {
  const std::size_t failed = run([this] {
    const net::Descriptor of_a = client_of('A');
    const net::Descriptor of_b = client_of('B');
    let_fail(answerers_[1]);
    EXPECT_EQ(ask(of_a), 'A');
    EXPECT_EQ(ask(of_b), '-');
    const auto names = ask_with(100);
    EXPECT_EQ(names.count('A') + names.count('C'), 100U);
  });
  EXPECT_EQ(failed, 1U);
}

TEST_F(AnsweringTest, WhenAllButOneHaveFailedThatOneServesAll) {
  const std::size_t failed = run([this] {
    let_fail(answerers_[0]);
    let_fail(answerers_[2]);
    EXPECT_EQ(ask_with(50).count('B'), 50U);
  });
  EXPECT_EQ(failed, 2U);
}

}  // namespace
}  // namespace asyncio
