// Chapter 3's tests of selectors, passed by the one on io_uring; then what is
// different about it.
#include "06_tasks_futures/asyncio/proactor/uring_selector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

#include "03_selectors_callbacks/selector_test.hpp"
#include "common/testing/open_descriptors.hpp"

namespace selectors {

std::unique_ptr<Selector> uring_selector() {
  try {
    return std::make_unique<asyncio::UringSelector>();
  } catch (const std::system_error& error) {
    std::cerr << error.what() << "\n";
    return nullptr;
  }
}

INSTANTIATE_TEST_SUITE_P(OnTheProactor, SelectorTest,
                         testing::Values(Maker{"uring", uring_selector}),
                         name_of_selector);

}  // namespace selectors

namespace asyncio {
namespace {

using namespace std::chrono_literals;
using selectors::k_event_read;
using selectors::k_event_write;
using selectors::nothing;
using selectors::Pair;
using testing::IsEmpty;
using testing::SizeIs;

class UringSelectorTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      selector_.emplace();
    } catch (const std::system_error& error) {
      GTEST_SKIP() << error.what();
    }
  }

  UringSelector& selector() { return *selector_; }
  Proactor& proactor() { return selector().proactor(); }
  void drop_selector() { selector_.reset(); }

 private:
  std::optional<UringSelector> selector_;
};

TEST_F(UringSelectorTest, RegistersAndWaitsInOneSystemCall) {
  std::vector<Pair> pairs(100);
  for (const Pair& pair : pairs) {
    pair.write_from_there();
    selector().register_(pair.here.get(), k_event_read, nothing);
  }
  EXPECT_THAT(selector().select(), SizeIs(100));
  EXPECT_EQ(proactor().enters(), 1U);
}

TEST_F(UringSelectorTest, AWaitThatIsOverCostsNoCallToUnregister) {
  const Pair pair;
  pair.write_from_there();
  for (int i = 0; i < 10; ++i) {
    selector().register_(pair.here.get(), k_event_read, nothing);
    EXPECT_THAT(selector().select(), SizeIs(1));
    selector().unregister(pair.here.get());
  }
  EXPECT_EQ(proactor().enters(), 10U);
}

TEST_F(UringSelectorTest, ReportsAgainWhatIsStillReady) {
  const Pair pair;
  pair.write_from_there();
  selector().register_(pair.here.get(), k_event_read, nothing);
  for (int i = 0; i < 3; ++i) EXPECT_THAT(selector().select(), SizeIs(1));
  char c = 0;
  ASSERT_EQ(::read(pair.here.get(), &c, 1), 1);
  EXPECT_THAT(selector().select(0s), IsEmpty());
}

TEST_F(UringSelectorTest, ASocketThatIsUnregisteredAndClosedIsGoneAtOnce) {
  Pair pair;
  selector().register_(pair.here.get(), k_event_read, nothing);
  EXPECT_THAT(selector().select(0s), IsEmpty());
  selector().unregister(pair.here.get());
  pair.here.close();
  char c = 0;
  EXPECT_EQ(::read(pair.there.get(), &c, 1), 0);  // the end of the stream
}

TEST_F(UringSelectorTest, ADescriptorThatIsUsedAgainIsNotTakenForTheOldOne) {
  Pair pair;
  const Pair other;
  const int fd = pair.here.get();
  selector().register_(fd, k_event_read, nothing);
  EXPECT_THAT(selector().select(0s), IsEmpty());
  selector().unregister(fd);
  pair.here.close();
  pair.here = net::Descriptor(::dup(other.here.get()));
  ASSERT_EQ(pair.here.get(), fd);
  other.write_from_there();
  EXPECT_THAT(selector().select(0s), IsEmpty());
  selector().register_(fd, k_event_read, nothing);
  EXPECT_THAT(selector().select(), SizeIs(1));
}

TEST_F(UringSelectorTest, ADescriptorThatIsClosedIsReportedToWhoeverWaits) {
  Pair pair;
  const int fd = pair.here.get();
  pair.here.close();
  selector().register_(fd, k_event_write, nothing);
  EXPECT_THAT(selector().select(), SizeIs(1));
}

TEST_F(UringSelectorTest, MayDieWhileItWaitsForMany) {
  const auto before = tests::open_descriptors();
  const std::vector<Pair> pairs(100);
  for (const Pair& pair : pairs) {
    selector().register_(pair.here.get(), k_event_read, nothing);
  }
  EXPECT_THAT(selector().select(0s), IsEmpty());
  for (const Pair& pair : pairs) {
    selector().modify(pair.here.get(), k_event_read | k_event_write, nothing);
  }
  EXPECT_THAT(selector().select(), SizeIs(100));
  drop_selector();
  EXPECT_EQ(tests::open_descriptors(), before - 1 + 200);
}

TEST_F(UringSelectorTest, HasNoRequestsButThoseOfItsRegistrations) {
  const Pair pair;
  const Proactor& proactor = selector().proactor();
  selector().register_(pair.here.get(), k_event_read, nothing);
  EXPECT_THAT(selector().select(0s), IsEmpty());
  EXPECT_EQ(proactor.under_way(), 1U);
  selector().modify(pair.here.get(), k_event_write, nothing);
  EXPECT_EQ(proactor.under_way(), 1U);  // the old one, which is to end
  EXPECT_THAT(selector().select(), SizeIs(1));
  EXPECT_EQ(proactor.under_way(), 0U);
}

TEST_F(UringSelectorTest, OneThatWasModifiedAndUnregisteredCanBeClosed) {
  Pair pair;
  selector().register_(pair.here.get(), k_event_read, nothing);
  EXPECT_THAT(selector().select(0s), IsEmpty());
  for (const selectors::Events events : {k_event_write, k_event_read}) {
    selector().modify(pair.here.get(), events, nothing);
  }
  selector().unregister(pair.here.get());
  pair.here.close();
  char c = 0;
  EXPECT_EQ(::read(pair.there.get(), &c, 1), 0);
}

}  // namespace
}  // namespace asyncio
