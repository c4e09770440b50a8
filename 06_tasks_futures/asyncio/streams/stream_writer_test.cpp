// What is written goes out: at once, later, before the end; and whoever writes
// too much waits.
#include "06_tasks_futures/asyncio/streams/stream_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/streams/streams_test.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace asyncio {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StreamWriterTest : public StreamTest {
 protected:
  StreamWriterTest() { tests::make_small(sockets_.here.get()); }

  /// Until the kernel takes no more, and `n` bytes more.
  void fill(std::size_t n = 1) {
    while (writer().get_write_buffer_size() == 0) write(1'000);
    write(n - std::min(n, writer().get_write_buffer_size()));
  }
  void write(std::size_t n) {
    writer().write(std::string(n, 'x'));
    written_ += n;
  }
  /// Reads all that was written, while the loop sends it.
  void hear_all() {
    std::size_t n = 0;
    while (n < written_) {
      n += heard().size();
      run_turns(1);
    }
    EXPECT_EQ(n, written_);
  }

  std::size_t written_ = 0;
};

TEST_F(StreamWriterTest, SendsAtOnceWhatTheKernelTakes) {
  writer().write("hello");
  EXPECT_EQ(heard(), "hello");
  EXPECT_EQ(writer().get_write_buffer_size(), 0);
}

// test_write_partial, test_write_tryagain
TEST_F(StreamWriterTest, SendsTheRestWhenThereIsRoom) {
  fill(10'000);
  EXPECT_GE(writer().get_write_buffer_size(), 10'000);
  hear_all();
  EXPECT_EQ(writer().get_write_buffer_size(), 0);
  EXPECT_THAT(registered(), IsEmpty());
}

TEST_F(StreamWriterTest, KeepsTheOrder) {
  std::string all;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = std::to_string(i) + ' ';
    writer().write(text);
    all += text;
  }
  std::string got;
  while (got.size() < all.size()) {
    got += heard();
    run_turns(1);
  }
  EXPECT_EQ(got, all);
}

// ---- drain

// test_flowcontrol_mixin_set_write_limits
TEST_F(StreamWriterTest, DrainWaitsFromHighWaterToLowWater) {
  writer().set_write_buffer_limits({.high = 10'000, .low = 3'000});
  fill(10'000);
  run(writer().drain());  // no more than that: it does not wait
  write(1);
  const auto drains = start(writer().drain());
  run_turns(3);
  EXPECT_FALSE(drains.done());
  while (!drains.done()) {
    EXPECT_GT(writer().get_write_buffer_size() + 8'000, 3'000);
    static_cast<void>(heard());
    run_turns(1);
  }
  EXPECT_LE(writer().get_write_buffer_size(), 3'000);
  static_cast<void>(drains.result());
}

TEST_F(StreamWriterTest, HighWaterIs64KiBAndLowWaterAQuarter) {
  fill(64 * 1024);
  run(writer().drain());
  write(1);
  const auto drains = start(writer().drain());
  run_turns(3);
  EXPECT_FALSE(drains.done());
  while (writer().get_write_buffer_size() > 16 * 1024) {
    EXPECT_FALSE(drains.done());
    static_cast<void>(heard());
    run_turns(1);
  }
  run_turns(1);
  EXPECT_TRUE(drains.done());
}

TEST_F(StreamWriterTest, LowWaterIsNotAboveHighWater) {
  EXPECT_EQ(message_of<ValueError>([this] {
              writer().set_write_buffer_limits({.high = 1, .low = 2});
              return 0;
            }),
            "high (1) must be >= low (2)");
}

// test_multiple_drain
TEST_F(StreamWriterTest, AllWhoDrainAreWoken) {
  fill(100'000);
  std::vector<Task<>> drains;
  for (int i = 0; i < 10; ++i) drains.push_back(start(writer().drain()));
  run_turns(3);
  for (const auto& each : drains) EXPECT_FALSE(each.done());
  hear_all();
  run_turns(2);
  for (const auto& each : drains) EXPECT_TRUE(each.done());
}

TEST_F(StreamWriterTest, ACancelledDrainLosesNothing) {
  fill(100'000);
  const auto drains = start(writer().drain());
  run_turns(2);
  drains.cancel();
  run_turns(2);
  EXPECT_TRUE(drains.cancelled());
  hear_all();
}

Coroutine<> writes_for_ever(StreamWriter writer, Log& log) {
  try {
    while (true) {
      writer.write("foo\n");
      co_await writer.drain();
    }
  } catch (const std::system_error& error) {
    log.push_back(error.code().message());
  }
}

// test_drain_raises
TEST_F(StreamWriterTest, WhoeverWritesToAPeerThatIsGoneIsTold) {
  sockets_.there.close();
  run(writes_for_ever(writer(), log_));
  EXPECT_THAT(log_,
              ElementsAre(AnyOf("Broken pipe", "Connection reset by peer")));
}

TEST_F(StreamWriterTest, WhoeverWaitsWhenThePeerLeavesIsTold) {
  fill(100'000);
  const auto drains = start(writer().drain());
  run_turns(2);
  sockets_.there.close();
  EXPECT_THAT(thrown_by([&] {
                run(drains);
                return 0;
              }),
              AnyOf(HasSubstr("Broken pipe"), HasSubstr("reset by peer")));
  EXPECT_EQ(writer().get_write_buffer_size(), 0);
}

// Whoever only writes is not stopped, and not told: drain and wait_closed are.
TEST_F(StreamWriterTest, WhatCannotBeSentIsDroppedAndToldAtTheEnd) {
  sockets_.there.close();
  for (int i = 0; i < 10; ++i) writer().write("foo\n");
  writer().close();
  EXPECT_THAT(thrown_by([&] {
                run(writer().wait_closed());
                return 0;
              }),
              HasSubstr("Broken pipe"));
}

TEST_F(StreamWriterTest, WaitClosedDoesNotWaitForALostPeer) {
  sockets_.there.close();
  writer().write("foo\n");
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(thrown_by([&] {
                  run(writer().wait_closed());
                  return 0;
                }),
                HasSubstr("Broken pipe"));
  }
  EXPECT_FALSE(writer().is_closing());
}

TEST_F(StreamWriterTest, WhoeverWaitsForTheEndWhenThePeerIsLostIsTold) {
  fill(100'000);
  const auto waits = start(writer().wait_closed());
  run_turns(2);
  sockets_.there.close();
  EXPECT_THAT(thrown_by([&] {
                run(waits);
                return 0;
              }),
              AnyOf(HasSubstr("Broken pipe"), HasSubstr("reset by peer")));
}

// The other direction may have something to say.
TEST_F(StreamWriterTest, WhoeverCannotWriteMayStillRead) {
  say("why not");
  ::shutdown(there().get(), SHUT_RD);
  run(writes_for_ever(writer(), log_));
  EXPECT_THAT(log_, ElementsAre("Broken pipe"));
  EXPECT_EQ(run(reader().read(100)), "why not");
}

// ---- write_eof

TEST_F(StreamWriterTest, WriteEofComesAfterAllElseAndReadingGoesOn) {
  fill(10'000);
  writer().write_eof();
  writer().write_eof();
  EXPECT_EQ(message_of<RuntimeError>([this] {
              writer().write("more");
              return 0;
            }),
            "Cannot call write() after write_eof()");
  std::string got;
  while (!got.ends_with("(end)")) {
    got += heard();
    run_turns(1);
  }
  EXPECT_EQ(got.size(), written_ + std::string("(end)").size());
  say("answer");
  EXPECT_EQ(run(reader().read(100)), "answer");
}

TEST_F(StreamWriterTest, WriteEofOfWhatIsSentIsHeardAtOnce) {
  writer().write("all");
  writer().write_eof();
  EXPECT_EQ(heard(), "all(end)");
}

// ---- close, abort, wait_closed

// test_close_write_buffer
TEST_F(StreamWriterTest, CloseSendsAllBefore) {
  fill(10'000);
  writer().close();
  writer().close();
  EXPECT_TRUE(writer().is_closing());
  writer().write("dropped");
  const auto closed = start(writer().wait_closed());
  run_turns(3);
  EXPECT_FALSE(closed.done());
  std::string got;
  while (!closed.done()) {
    got += heard();
    run_turns(1);
  }
  got += heard();
  EXPECT_EQ(got.size(), written_ + std::string("(end)").size());
}

TEST_F(StreamWriterTest, WhatIsWrittenIsSentThoughNobodyKeepsTheWriter) {
  fill(10'000);
  forget_streams();
  std::string got;
  while (!got.ends_with("(end)")) {
    got += heard();
    run_turns(1);
  }
  EXPECT_EQ(got.size(), written_ + std::string("(end)").size());
}

// test_abort
TEST_F(StreamWriterTest, AbortSendsNothingMore) {
  fill(100'000);
  writer().abort();
  run(writer().wait_closed());
  EXPECT_EQ(writer().get_write_buffer_size(), 0);
  EXPECT_LT(heard().size(), written_);
}

// test_wait_closed_on_close
TEST_F(StreamWriterTest, WaitClosedDoesNotWaitForWhatIsClosed) {
  writer().write("bye");
  writer().close();
  run(writer().wait_closed());
  run(writer().wait_closed());
  EXPECT_EQ(heard(), "bye(end)");
}

// test_wait_closed_on_close_with_unread_data
TEST_F(StreamWriterTest, ItClosesThoughSomethingIsUnread) {
  say("unread");
  EXPECT_EQ(run(reader().read(2)), "un");
  writer().close();
  run(writer().wait_closed());
}

Coroutine<> drains(StreamWriter writer) {
  co_await writer.drain();
}

// test_async_writer_api_exception_after_close
TEST_F(StreamWriterTest, DrainAfterCloseIsAnError) {
  writer().close();
  EXPECT_THAT(thrown_by([&] {
                run(drains(writer()));
                return 0;
              }),
              HasSubstr("Connection lost"));
}

TEST_F(StreamWriterTest, CloseWakesWhoeverDrains) {
  fill(100'000);
  const auto waiting = start(writer().drain());
  run_turns(2);
  writer().abort();
  run(waiting);
}

TEST_F(StreamWriterTest, TheLoopClosesWhatIsOpen) {
  fill(100'000);
  const StreamWriter outlives = writer();
  forget_streams();
  loop().close();
  EXPECT_TRUE(outlives.is_closing());
  while (!heard().ends_with("(end)")) {
  }
}

TEST_F(StreamWriterTest, OfAPairNothingIsKnown) {
  EXPECT_EQ(writer().get_extra_info("peername"), std::nullopt);
  EXPECT_EQ(writer().get_extra_info("sockname"), std::nullopt);
  EXPECT_EQ(writer().get_extra_info("color"), std::nullopt);
}

}  // namespace
}  // namespace asyncio
