// Every selector of this chapter, and what each of them does in its own way.
#include "03_selectors_callbacks/selector_test.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/select.h>

#include <string>
#include <utility>

#include "03_selectors_callbacks/selector.hpp"
#include "common/net/descriptor.hpp"

namespace selectors {
namespace {

const Maker k_makers[] = {
    {"select", [] { return selector_named("select"); }},
    {"poll", [] { return selector_named("poll"); }},
    {"epoll", [] { return selector_named("epoll"); }},
    {"default", [] { return selector_named("default"); }},
};

INSTANTIATE_TEST_SUITE_P(All, SelectorTest, testing::ValuesIn(k_makers),
                         name_of_selector);

TEST(SelectSelector, RefusesADescriptorThatDoesNotFitIntoItsSets) {
  const Pair pair;
  const net::Descriptor high(
      ::fcntl(pair.here.get(), F_DUPFD_CLOEXEC, FD_SETSIZE));
  if (!high) GTEST_SKIP() << "the limit of descriptors is below FD_SETSIZE";
  const auto selector = select_selector();
  expect_error<ValueError>(
      [&] { selector->register_(high.get(), k_event_read, nothing); },
      "select(2) holds those below 1024");
  EXPECT_THAT(selector->get_map(), IsEmpty());
}

// What the text says of a descriptor that was closed before it was
// unregistered.
net::Descriptor register_readable(Selector& selector) {
  Pair pair;
  pair.write_from_there();
  selector.register_(pair.here.get(), k_event_read, nothing);
  return std::move(pair.here);
}

TEST(SelectSelector, ThrowsIfADescriptorWasClosedTooEarly) {
  const auto selector = select_selector();
  register_readable(*selector).close();
  expect_error<std::system_error>([&] { (void)selector->select(0s); },
                                  "select: Bad file descriptor");
}

TEST(PollSelector, ReportsForEverADescriptorThatWasClosedTooEarly) {
  const auto selector = poll_selector();
  register_readable(*selector).close();
  for (int turn = 0; turn < 3; ++turn) {
    EXPECT_THAT(selector->select(), SizeIs(1));
  }
}

TEST(EpollSelector, SaysNothingOfADescriptorThatWasClosedTooEarly) {
  const auto selector = epoll_selector();
  register_readable(*selector).close();
  EXPECT_THAT(selector->select(0s), IsEmpty());
}

TEST(EpollSelector, ReportsWhatTheKernelRefuses) {
  const net::Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  const auto selector = epoll_selector();
  EXPECT_THROW(selector->register_(file.get(), k_event_read, nothing),
               std::system_error);
  EXPECT_THAT(selector->get_map(), IsEmpty());
}

TEST(SelectorNamed, NamesTheKnownOnesWhenAskedForAnother) {
  expect_error<ValueError>(
      [] { (void)selector_named("kqueue"); },
      "selector 'kqueue': expected select, poll, epoll or default");
}

}  // namespace
}  // namespace selectors
