// The statements that Python's Lib/test/test_selectors.py makes of every
// selector, made of ours; then what C++ adds. Whoever includes this says of
// which: INSTANTIATE_TEST_SUITE_P(..., SelectorTest, ..., name_of_selector).
#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/socket_pair.hpp"
#include "common/net/system_call.hpp"

namespace selectors {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Pair : net::SocketPair {
  Pair() : SocketPair(SOCK_NONBLOCK) {}
  void write_from_there() const { ASSERT_EQ(::write(there.get(), "x", 1), 1); }
};

inline void nothing(Events /*events*/) {}

template <typename Error, typename Call>
void expect_error(Call call, const std::string& text) {
  try {
    call();
    ADD_FAILURE() << "expected an error: " << text;
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(text));
  }
}

/// A selector, by its name; null if there is none here.
struct Maker {
  std::string name;
  std::unique_ptr<Selector> (*make)();
};

inline std::string name_of_selector(
    const testing::TestParamInfo<Maker>& parameter) {
  return parameter.param.name;
}

inline void PrintTo(const Maker& maker, std::ostream* out) {
  *out << maker.name;
}

class SelectorTest : public testing::TestWithParam<Maker> {
 protected:
  void SetUp() override {
    selector_ = GetParam().make();
    if (!selector_) GTEST_SKIP() << "there is no " << GetParam().name;
  }

  KeyPointer wait_for(int fd, Events events) {
    return selector_->register_(fd, events, nothing);
  }

  Ready wait_for_one() {
    const auto ready = selector_->select();
    EXPECT_THAT(ready, SizeIs(1));
    return ready.empty() ? Ready{} : ready[0];
  }

  std::unique_ptr<Selector> selector_;
};

TEST_P(SelectorTest, RegisterGivesTheKeyWithDescriptorEventsAndData) {
  const Pair pair;
  bool called = false;
  const KeyPointer key = selector_->register_(pair.here.get(), k_event_read,
                                              [&](Events) { called = true; });
  EXPECT_EQ(key->fd, pair.here.get());
  EXPECT_EQ(key->events, k_event_read);
  key->data(k_event_read);
  EXPECT_TRUE(called);
  EXPECT_EQ(selector_->get_key(pair.here.get()), key);
}

TEST_P(SelectorTest, RegisteringTwiceIsAKeyError) {
  const Pair pair;
  wait_for(pair.here.get(), k_event_read);
  expect_error<KeyError>(
      [&] { wait_for(pair.here.get(), k_event_read); },
      std::to_string(pair.here.get()) + " is already registered");
}

TEST_P(SelectorTest, EventsThatDoNotExistAreAValueError) {
  const Pair pair;
  for (const Events events : {0U, 4U, 7U}) {
    expect_error<ValueError>([&] { wait_for(pair.here.get(), events); },
                             "events " + std::to_string(events));
  }
  EXPECT_THAT(selector_->get_map(), IsEmpty());
}

TEST_P(SelectorTest, ANegativeDescriptorIsAValueError) {
  expect_error<ValueError>([&] { wait_for(-1, k_event_read); },
                           "descriptor -1");
}

TEST_P(SelectorTest, UnregisterGivesTheKey) {
  const Pair pair;
  const KeyPointer key = wait_for(pair.here.get(), k_event_read);
  EXPECT_EQ(selector_->unregister(pair.here.get()), key);
  EXPECT_THAT(selector_->get_map(), IsEmpty());
}

TEST_P(SelectorTest, AnUnknownDescriptorIsAKeyError) {
  const Pair pair;
  const int fd = pair.here.get();
  expect_error<KeyError>([&] { selector_->unregister(fd); }, "not registered");
  expect_error<KeyError>([&] { (void)selector_->get_key(fd); },
                         "not registered");
  expect_error<KeyError>([&] { selector_->modify(fd, k_event_read, nothing); },
                         "not registered");
}

TEST_P(SelectorTest, UnregisteringTwiceIsAKeyError) {
  const Pair pair;
  wait_for(pair.here.get(), k_event_read);
  selector_->unregister(pair.here.get());
  EXPECT_THROW(selector_->unregister(pair.here.get()), KeyError);
}

TEST_P(SelectorTest, UnregisterWorksAfterTheDescriptorWasClosed) {
  Pair pair;
  const int fd = pair.here.get();
  const KeyPointer key = wait_for(fd, k_event_read);
  pair.here.close();
  EXPECT_EQ(selector_->unregister(fd), key);
}

TEST_P(SelectorTest, UnregisterWorksAfterTheDescriptorWasClosedAndReused) {
  Pair pair;
  const int fd = pair.here.get();
  wait_for(fd, k_event_read);
  pair.here.close();
  const net::Descriptor reused(::fcntl(pair.there.get(), F_DUPFD_CLOEXEC, fd));
  ASSERT_EQ(reused.get(), fd);
  selector_->unregister(fd);
  EXPECT_THROW(selector_->unregister(fd), KeyError);
}

TEST_P(SelectorTest, GetMapHoldsEveryRegistration) {
  const std::array<Pair, 3> pairs;
  std::map<int, KeyPointer> expected;
  for (const Pair& pair : pairs) {
    expected[pair.here.get()] = wait_for(pair.here.get(), k_event_read);
  }
  EXPECT_EQ(selector_->get_map(), expected);
}

TEST_P(SelectorTest, SelectGivesWhatIsReadyAndNothingElse) {
  const Pair ready;
  const Pair silent;
  const KeyPointer key = wait_for(ready.here.get(), k_event_read);
  wait_for(silent.here.get(), k_event_read);
  ready.write_from_there();
  const auto got = selector_->select();
  ASSERT_THAT(got, SizeIs(1));
  EXPECT_EQ(got[0].key, key);
  EXPECT_EQ(got[0].events, k_event_read);
}

TEST_P(SelectorTest, SelectGivesOnlyTheEventsThatWereAskedFor) {
  const Pair pair;
  pair.write_from_there();
  const int fd = pair.here.get();
  wait_for(fd, k_event_write);
  EXPECT_EQ(wait_for_one().events, k_event_write);
  selector_->modify(fd, k_event_read, nothing);
  EXPECT_EQ(wait_for_one().events, k_event_read);
  selector_->modify(fd, k_event_read | k_event_write, nothing);
  EXPECT_EQ(wait_for_one().events, k_event_read | k_event_write);
}

TEST_P(SelectorTest, ModifyMakesANewKeyAndTheOldOneIsNoLongerRegistered) {
  const Pair pair;
  const KeyPointer before = wait_for(pair.here.get(), k_event_read);
  const KeyPointer after =
      selector_->modify(pair.here.get(), k_event_read, nothing);
  EXPECT_FALSE(selector_->is_registered(before));
  EXPECT_TRUE(selector_->is_registered(after));
}

TEST_P(SelectorTest, ModifyToAnImpossibleEventChangesNothing) {
  const Pair pair;
  const KeyPointer key = wait_for(pair.here.get(), k_event_read);
  EXPECT_THROW(selector_->modify(pair.here.get(), 8, nothing), ValueError);
  EXPECT_EQ(selector_->get_key(pair.here.get()), key);
}

TEST_P(SelectorTest, AHangUpIsReportedToWhoeverWaits) {
  for (const Events events : {k_event_read, k_event_write}) {
    Pair pair;
    wait_for(pair.here.get(), events);
    pair.there.close();
    EXPECT_EQ(wait_for_one().events, events);
    selector_->unregister(pair.here.get());
  }
}

TEST_P(SelectorTest, ZeroOrLessDoesNotWait) {
  EXPECT_THAT(selector_->select(0s), IsEmpty());
  EXPECT_THAT(selector_->select(-1s), IsEmpty());
  const Pair pair;
  wait_for(pair.here.get(), k_event_read);
  EXPECT_THAT(selector_->select(0s), IsEmpty());
  EXPECT_THAT(selector_->select(-1s), IsEmpty());
}

TEST_P(SelectorTest, ATimeoutIsNeverCutShort) {
  const Pair pair;
  wait_for(pair.here.get(), k_event_read);
  for (const auto timeout : {1'000ns, 1'234'567ns, 10'000'000ns}) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(selector_->select(timeout), IsEmpty());
    EXPECT_GE(std::chrono::steady_clock::now() - begin, timeout);
  }
}

TEST_P(SelectorTest, WithoutATimeoutItWaitsForAsLongAsItTakes) {
  const Pair pair;
  wait_for(pair.here.get(), k_event_read);
  EXPECT_THAT(selector_->select(20ms), IsEmpty());
  const std::jthread other([&] { pair.write_from_there(); });
  EXPECT_THAT(selector_->select(), SizeIs(1));
}

TEST_P(SelectorTest, ASignalEndsTheWaitWithNothing) {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  ASSERT_EQ(::sigaction(SIGALRM, &action, nullptr), 0);
  const itimerval soon{.it_interval = {.tv_sec = 0, .tv_usec = 10'000},
                       .it_value = {.tv_sec = 0, .tv_usec = 10'000}};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &soon, nullptr), 0);
  const Pair pair;
  wait_for(pair.here.get(), k_event_read);
  EXPECT_THAT(selector_->select(), IsEmpty());
  const itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
}

TEST_P(SelectorTest, AKeyThatACallbackUnregisteredIsNoLongerRegistered) {
  const Pair first;
  const Pair second;
  int calls = 0;
  const auto unregister_the_other = [&](int fd) {
    return [&, fd](Events) {
      ++calls;
      selector_->unregister(fd);
    };
  };
  selector_->register_(first.here.get(), k_event_read,
                       unregister_the_other(second.here.get()));
  selector_->register_(second.here.get(), k_event_read,
                       unregister_the_other(first.here.get()));
  first.write_from_there();
  second.write_from_there();
  for (const auto& [key, events] : selector_->select()) {
    if (selector_->is_registered(key)) key->data(events);
  }
  EXPECT_EQ(calls, 1);
}

TEST_P(SelectorTest, ACallbackMayUnregisterItself) {
  const Pair pair;
  const auto alive = std::make_shared<int>(7);
  int seen = 0;
  selector_->register_(pair.here.get(), k_event_read,
                       [&, alive, fd = pair.here.get()](Events) {
                         selector_->unregister(fd);
                         seen = *alive;  // what it captured is still there
                       });
  pair.write_from_there();
  for (const auto& [key, events] : selector_->select()) key->data(events);
  EXPECT_EQ(seen, 7);
  (void)selector_->select(0s);
  EXPECT_EQ(alive.use_count(), 1);  // and no longer
}

TEST_P(SelectorTest, ACallbackMayRegisterManyOthers) {
  const std::vector<Pair> pairs(200);
  const Pair first;
  const Pair second;
  int calls = 0;
  for (const Pair* pair : {&first, &second}) {
    pair->write_from_there();
    selector_->register_(pair->here.get(), k_event_read, [&](Events) {
      if (++calls > 1) return;
      for (const Pair& other : pairs) wait_for(other.here.get(), k_event_read);
    });
  }
  for (const auto& [key, events] : selector_->select()) key->data(events);
  EXPECT_EQ(calls, 2);
}

// The weakness that the text shows: whoever takes long holds all others.
TEST_P(SelectorTest, ACallbackThatTakesLongKeepsTheOthersWaiting) {
  const Pair slow;
  const Pair quick;
  std::vector<std::string> order;
  selector_->register_(slow.here.get(), k_event_read, [&](Events) {
    quick.write_from_there();
    // The other one is ready for all this time, and nobody calls it.
    for (int i = 0; i < 1'000; ++i) order.emplace_back("slow");
    selector_->unregister(slow.here.get());
  });
  selector_->register_(quick.here.get(), k_event_read,
                       [&](Events) { order.emplace_back("quick"); });
  slow.write_from_there();
  while (order.empty() || order.back() != "quick") {
    for (const auto& [key, events] : selector_->select()) key->data(events);
  }
  EXPECT_THAT(order, SizeIs(1'001));
}

TEST_P(SelectorTest, AThousandRegistrationsInAndOutLeaveNothing) {
  for (int round = 0; round < 3; ++round) {
    std::vector<Pair> pairs(200);
    for (const Pair& pair : pairs) wait_for(pair.here.get(), k_event_read);
    for (std::size_t i = 0; i < pairs.size(); i += 3) {
      selector_->unregister(pairs[i].here.get());
    }
    std::set<int> expected;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      pairs[i].write_from_there();
      if (i % 3 != 0) expected.insert(pairs[i].here.get());
    }
    std::set<int> ready;
    for (const auto& [key, events] : selector_->select()) ready.insert(key->fd);
    EXPECT_EQ(ready, expected);
    for (const int fd : expected) selector_->unregister(fd);
    EXPECT_THAT(selector_->get_map(), IsEmpty());
  }
}

}  // namespace selectors
