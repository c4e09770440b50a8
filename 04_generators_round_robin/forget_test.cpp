// How tasks end before they have finished: forgotten, cleared away, or
// destroyed with their loop. Nothing stays registered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "03_selectors_callbacks/selector.hpp"
#include "04_generators_round_robin/event_loop.hpp"
#include "04_generators_round_robin/event_loop_test.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/system_call.hpp"
#include "common/testing/counted.hpp"

namespace generators {
namespace {

using selectors::k_event_read;
using selectors::k_event_write;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Counted;

class ForgetTest : public EventLoopTest {};

INSTANTIATE_TEST_SUITE_P(All, ForgetTest, every_selector(), selector_of);

TEST_P(ForgetTest, ForgetDestroysWhoWaitsAndFreesTheDescriptor) {
  pair_.fill();
  for (const Wait wait : {pair_.readable(), pair_.writable()}) {
    loop_->add(wait_for_ever(wait));
    turn();
    EXPECT_EQ(Counted::alive, 1);
    loop_->forget(pair_.fd());
    EXPECT_EQ(Counted::alive, 0);
    EXPECT_FALSE(loop_->has_tasks());
    EXPECT_THAT(selector_->get_map(), IsEmpty());
  }
  loop_->add(wait_and_tell(pair_.readable(), "a", log_));
  pair_.write_from_there();
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("a begins", "a goes on"));
}

TEST_P(ForgetTest, ForgetLeavesTheOthersAndWhatItDoesNotKnow) {
  loop_->add(wait_for_ever(pair_.readable()));
  turn();
  loop_->forget(other_.fd());
  loop_->forget(-1);
  EXPECT_EQ(Counted::alive, 1);
  EXPECT_TRUE(loop_->to_read().contains(pair_.fd()));
}

Task hold(net::Descriptor socket) {
  const Counted counted;
  co_yield Wait{k_event_read, socket.get()};
}

TEST_P(ForgetTest, ATaskThatOwnsItsDescriptorIsUnregisteredFirst) {
  const int fd = pair_.fd();
  loop_->add(hold(std::move(pair_.here)));
  turn();
  loop_->forget(fd);
  EXPECT_THAT(selector_->get_map(), IsEmpty());

  const net::Descriptor again(net::checked(::dup(other_.fd()), "dup"));
  EXPECT_EQ(again.get(), fd);  // the lowest free number
  loop_->add(wait_and_tell({k_event_write, fd}, "a", log_));
  loop_->run();
  EXPECT_THAT(log_, ElementsAre("a begins", "a goes on"));
}

Task forget_another(EventLoop& loop, int fd, Log& log) {
  const Counted counted;
  loop.forget(fd);
  log.push_back("live: " + std::to_string(Counted::alive));
  co_return;
}

TEST_P(ForgetTest, ATaskMayForgetAnother) {
  loop_->add(wait_for_ever(pair_.readable()));
  loop_->add(forget_another(*loop_, pair_.fd(), log_));
  turn();
  EXPECT_THAT(log_, ElementsAre("live: 1"));
  EXPECT_FALSE(loop_->has_tasks());
}

Task clear_all(EventLoop& loop, Log& log) {
  const Counted counted;
  loop.clear();
  log.push_back("live: " + std::to_string(Counted::alive));
  co_return;
}

TEST_P(ForgetTest, ATaskMayClearTheLoopAndGoesOn) {
  loop_->add(wait_for_ever(pair_.readable()));
  loop_->add(clear_all(*loop_, log_));
  loop_->add(tell("never", log_));
  turn();
  EXPECT_THAT(log_, ElementsAre("live: 1"));
  EXPECT_FALSE(loop_->has_tasks());
}

TEST_P(ForgetTest, ClearDestroysAllAndLeavesNoRegistration) {
  other_.fill();
  loop_->add(wait_for_ever(pair_.readable()));
  loop_->add(wait_for_ever(other_.writable()));
  turn();
  loop_->add(tell("never", log_));
  EXPECT_EQ(Counted::alive, 2);
  loop_->clear();
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_FALSE(loop_->has_tasks());
  EXPECT_THAT(selector_->get_map(), IsEmpty());
  loop_->run();
  EXPECT_THAT(log_, IsEmpty());
}

TEST_P(ForgetTest, TheDestructorDestroysAllAndLeavesNoRegistration) {
  other_.fill();
  loop_->add(wait_for_ever(pair_.readable()));
  loop_->add(wait_for_ever(other_.writable()));
  turn();
  loop_->add(tell("never", log_));
  EXPECT_THAT(selector_->get_map(), SizeIs(2));
  loop_.reset();
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_THAT(selector_->get_map(), IsEmpty());
  EXPECT_THAT(log_, IsEmpty());
}

}  // namespace
}  // namespace generators
