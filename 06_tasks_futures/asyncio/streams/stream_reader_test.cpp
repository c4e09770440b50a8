// Lines, so many bytes, up to a mark: whatever pieces they come in, whoever
// gives up meanwhile.
#include "06_tasks_futures/asyncio/streams/stream_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/streams/streams_test.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StreamReaderTest : public StreamTest {
 protected:
  std::string read() { return run(reader().read()); }
  std::string read(std::size_t n) { return run(reader().read(n)); }
  std::string readexactly(std::size_t n) {
    return run(reader().readexactly(n));
  }
  std::string readuntil(std::string separator = "\n") {
    return run(reader().readuntil(std::move(separator)));
  }
  std::string readline() { return run(reader().readline()); }

  /// What is left of it.
  std::string rest() {
    say_last("");
    return read();
  }
  template <typename Call>
  LimitOverrunError overrun_of(Call call) {
    try {
      static_cast<void>(call());
    } catch (const LimitOverrunError& error) {
      return error;
    }
    return {"(nothing was thrown)", 0};
  }
  template <typename Call>
  IncompleteReadError incomplete_of(Call call) {
    try {
      static_cast<void>(call());
    } catch (const IncompleteReadError& error) {
      return error;
    }
    return {"(nothing was thrown)", 0};
  }
};

// ---- read

// test_read_zero
TEST_F(StreamReaderTest, ReadOfNothingDoesNotWait) {
  EXPECT_EQ(read(0), "");
  say("x");
  EXPECT_EQ(read(0), "");
  EXPECT_EQ(rest(), "x");
}

// test_read
TEST_F(StreamReaderTest, ReadWaitsForAnythingAndGivesNoMoreThanAsked) {
  const auto waiting = start(reader().read(30));
  run_turns(3);
  EXPECT_FALSE(waiting.done());
  say("hello");
  EXPECT_EQ(run(waiting), "hello");
  say("abcdef");
  EXPECT_EQ(read(2), "ab");
  EXPECT_EQ(read(1000), "cdef");
}

// test_read_line_breaks
TEST_F(StreamReaderTest, ReadDoesNotCareForLines) {
  say("line1\nline2");
  EXPECT_EQ(read(5), "line1");
  EXPECT_EQ(rest(), "\nline2");
}

// test_read_eof
TEST_F(StreamReaderTest, ReadGivesNothingAtTheEnd) {
  say_last("");
  EXPECT_EQ(read(1024), "");
  EXPECT_EQ(read(1024), "");
}

// test_read_until_eof
TEST_F(StreamReaderTest, ReadOfAllWaitsForTheEnd) {
  const auto waiting = start(reader().read());
  say("chunk1\n");
  run_turns(3);
  say("chunk2");
  run_turns(3);
  EXPECT_FALSE(waiting.done());
  say_last("");
  EXPECT_EQ(run(waiting), "chunk1\nchunk2");
}

// test_read_limit
TEST_F(StreamReaderTest, ReadOfAllKnowsNoLimit) {
  make_streams(3);
  say_last("chunk");
  EXPECT_EQ(read(), "chunk");
}

// test_invalid_limit
TEST_F(StreamReaderTest, ALimitOfZeroIsRefused) {
  EXPECT_EQ(message_of<ValueError>([this] {
              make_streams(0);
              return 0;
            }),
            "Limit cannot be <= 0");
}

// test_read_exception, test_readline_exception, test_readexactly_exception
TEST_F(StreamReaderTest, WhatCameBeforeAnErrorIsReadThenEachReadThrowsIt) {
  writer().write("unread");
  say("last words");
  EXPECT_EQ(read(4), "last");
  sockets_.there.close();  // with something unread: that is a reset
  EXPECT_EQ(read(100), " words");
  EXPECT_THAT(thrown_by([this] { return read(1); }),
              HasSubstr("Connection reset by peer"));
  EXPECT_THAT(thrown_by([this] { return readline(); }),
              HasSubstr("Connection reset by peer"));
  EXPECT_THAT(thrown_by([this] { return readexactly(1); }),
              HasSubstr("Connection reset by peer"));
  EXPECT_THAT(thrown_by([this] { return read(); }),
              HasSubstr("Connection reset by peer"));
}

// ---- readexactly

// test_readexactly_zero_or_less
TEST_F(StreamReaderTest, ReadexactlyOfNothingDoesNotWait) {
  EXPECT_EQ(readexactly(0), "");
}

// test_readexactly, test_readexactly_limit
TEST_F(StreamReaderTest, ReadexactlyWaitsForAllWhateverTheLimit) {
  make_streams(3);
  const auto waiting = start(reader().readexactly(12));
  for (const char* piece : {"aaaa", "bbbb"}) {
    say(piece);
    run_turns(3);
    EXPECT_FALSE(waiting.done());
  }
  say("ccccdd");
  EXPECT_EQ(run(waiting), "aaaabbbbcccc");
  EXPECT_EQ(rest(), "dd");
}

// test_readexactly_eof
TEST_F(StreamReaderTest, ReadexactlySaysHowMuchWasMissing) {
  say_last("12345678_12345678_");
  const auto error = incomplete_of([this] { return readexactly(36); });
  EXPECT_STREQ(error.what(), "18 bytes read on a total of 36 expected bytes");
  EXPECT_EQ(error.partial(), "12345678_12345678_");
  EXPECT_EQ(error.expected(), 36);
  EXPECT_EQ(read(), "");
}

// ---- readuntil

// test_readuntil_separator
TEST_F(StreamReaderTest, ASeparatorIsNotEmpty) {
  EXPECT_EQ(message_of<ValueError>([this] { return readuntil(""); }),
            "Separator should be at least one-byte string");
}

// test_readuntil_multi_chunks
TEST_F(StreamReaderTest, ReadsUpToASeparatorAndNoFurther) {
  say("lineAAAxxx");
  EXPECT_EQ(readuntil("AAA"), "lineAAA");
  say("lineAAA");
  EXPECT_EQ(readuntil("AAA"), "xxxlineAAA");
  EXPECT_EQ(rest(), "");
}

// test_readuntil_multi_chunks_1
TEST_F(StreamReaderTest, FindsASeparatorThatComesInPieces) {
  const auto feed = [this](const std::vector<std::string>& pieces) {
    const auto waiting = start(reader().readuntil("aaa"));
    for (const std::string& piece : pieces) {
      say(piece);
      run_turns(3);
    }
    return run(waiting);
  };
  EXPECT_EQ(feed({"QWEaa", "XYaa", "a"}), "QWEaaXYaaa");
  EXPECT_EQ(feed({"QWEaa", "XYa", "aa"}), "QWEaaXYaaa");
  EXPECT_EQ(feed({"aaa"}), "aaa");
  EXPECT_EQ(feed({"Xa", "a", "a"}), "Xaaa");
  EXPECT_EQ(feed({"XX", "X", "a", "aa"}), "XXXaaa");
}

// test_readuntil_eof
TEST_F(StreamReaderTest, ReaduntilGivesWhatCameBeforeTheEnd) {
  say_last("some dataAA");
  const auto error = incomplete_of([this] { return readuntil("AAA"); });
  EXPECT_EQ(error.partial(), "some dataAA");
  EXPECT_EQ(error.expected(), std::nullopt);
  EXPECT_STREQ(error.what(),
               "11 bytes read on a total of undefined expected bytes");
  EXPECT_EQ(read(), "");
}

// test_readuntil_limit_found_sep
TEST_F(StreamReaderTest, WhatIsLongerThanTheLimitStaysWhereItIs) {
  make_streams(3);
  say("some dataAA");
  const auto missing = overrun_of([this] { return readuntil("AAA"); });
  EXPECT_STREQ(missing.what(),
               "Separator is not found, and chunk exceed the limit");
  EXPECT_EQ(missing.consumed(), 9);
  say("A");
  run(reader().read(0));
  const auto not_read_yet = overrun_of([this] { return readuntil("AAA"); });
  EXPECT_EQ(not_read_yet.consumed(), 9);
  EXPECT_EQ(rest(), "some dataAAA");
}

TEST_F(StreamReaderTest, ASeparatorBeyondTheLimitIsRefusedToo) {
  make_streams(3);
  say("some dataAAA");
  const auto found = overrun_of([this] { return readuntil("AAA"); });
  EXPECT_STREQ(found.what(),
               "Separator is found, but chunk is longer than limit");
  EXPECT_EQ(found.consumed(), 9);
  EXPECT_EQ(rest(), "some dataAAA");
}

TEST_F(StreamReaderTest, ReadUpToTheLimitAndNotAByteMore) {
  make_streams(4);
  say("1234AAA");
  EXPECT_EQ(readuntil("AAA"), "1234AAA");
}

// ---- readline

// test_readline, test_readline_nolimit_nowait
TEST_F(StreamReaderTest, ReadlineGivesALineInWhateverPiecesItComes) {
  const auto waiting = start(reader().readline());
  for (const char* piece : {"chunk1 ", "chunk2 ", "chunk3 \n"}) {
    say(piece);
    run_turns(3);
  }
  EXPECT_EQ(run(waiting), "chunk1 chunk2 chunk3 \n");
  say("a\nb\n\nc");
  EXPECT_EQ(readline(), "a\n");
  EXPECT_EQ(readline(), "b\n");
  EXPECT_EQ(readline(), "\n");
  EXPECT_EQ(rest(), "c");
}

// test_readline_eof, test_readline_empty_eof
TEST_F(StreamReaderTest, TheLastLineMayHaveNoNewline) {
  say_last("some data");
  EXPECT_EQ(readline(), "some data");
  EXPECT_EQ(readline(), "");
}

// test_readline_read_byte_count
TEST_F(StreamReaderTest, ReadlineLeavesTheRestToRead) {
  say_last("line1\nline2\nline3\n");
  EXPECT_EQ(readline(), "line1\n");
  EXPECT_EQ(read(7), "line2\nl");
  EXPECT_EQ(read(), "ine3\n");
}

// test_readline_limit
TEST_F(StreamReaderTest, ALineThatIsTooLongIsDropped) {
  make_streams(4);
  say("li");
  say("ne1\nline2\n");
  EXPECT_EQ(message_of<ValueError>([this] { return readline(); }),
            "Separator is found, but chunk is longer than limit");
  EXPECT_EQ(message_of<ValueError>([this] { return readline(); }),
            "Separator is found, but chunk is longer than limit");
  say("ok\n");
  EXPECT_EQ(readline(), "ok\n");
}

TEST_F(StreamReaderTest, WhatHasComeOfALineThatIsTooLongIsDropped) {
  make_streams(4);
  say("chunk1chunk2");
  EXPECT_EQ(message_of<ValueError>([this] { return readline(); }),
            "Separator is not found, and chunk exceed the limit");
  say("3\n");
  EXPECT_EQ(readline(), "3\n");
}

// test_readline_limit_with_existing_data
TEST_F(StreamReaderTest, TheLimitCountsWithoutTheNewline) {
  make_streams(7);
  say("1234567\n12345678\n");
  EXPECT_EQ(readline(), "1234567\n");
  EXPECT_THROW(readline(), ValueError);
  EXPECT_EQ(rest(), "");
}

TEST_F(StreamReaderTest, ALongLineThatComesByteByByteIsFoundOnce) {
  make_streams(100'000);
  const std::string line = std::string(90'000, 'x') + "\n";
  const auto waiting = start(reader().readline());
  for (std::size_t i = 0; i < line.size(); i += 500) {
    say(line.substr(i, 500));
    run_turns(1);
  }
  EXPECT_EQ(run(waiting), line);
}

// ---- lines, at_eof

Coroutine<> reads_lines(StreamReader reader, Log& log) {
  auto lines = reader.lines();
  while (const std::string* line = co_await lines.next()) log.push_back(*line);
}

TEST_F(StreamReaderTest, LinesAreReadOneAfterTheOther) {
  say_last("first\nsecond\n\nlast");
  run(reads_lines(reader(), log_));
  EXPECT_THAT(log_, ElementsAre("first\n", "second\n", "\n", "last"));
}

// test_at_eof
TEST_F(StreamReaderTest, AtEofIsSoOnceTheEndHasBeenRead) {
  EXPECT_FALSE(reader().at_eof());
  say_last("some data\n");
  EXPECT_EQ(readline(), "some data\n");
  EXPECT_FALSE(reader().at_eof());
  EXPECT_EQ(read(100), "");
  EXPECT_TRUE(reader().at_eof());
}

// ---- who reads, and who gives up

TEST_F(StreamReaderTest, OneTaskAtATimeReads) {
  const auto first = start(reader().readline());
  run_turns(1);
  EXPECT_EQ(message_of<RuntimeError>([this] { return read(1); }),
            "read() called while another coroutine is already waiting for "
            "incoming data");
  EXPECT_EQ(message_of<RuntimeError>([this] { return readexactly(1); }),
            "readexactly() called while another coroutine is already waiting "
            "for incoming data");
  say("x\n");
  EXPECT_EQ(run(first), "x\n");
}

// test_exception_cancel
TEST_F(StreamReaderTest, ACancelledReadHasTakenNothing) {
  const auto line = start(reader().readline());
  const auto pieces = {"one ", "line", " in pieces"};
  for (const char* piece : pieces) {
    say(piece);
    run_turns(3);
  }
  line.cancel();
  run_turns(2);
  EXPECT_TRUE(line.cancelled());
  const auto exactly = start(reader().readexactly(100));
  run_turns(3);
  exactly.cancel();
  run_turns(2);
  const auto all = start(reader().read());
  run_turns(3);
  all.cancel();
  run_turns(2);
  say("\n");
  EXPECT_EQ(readline(), "one line in pieces\n");
}

// It is ready in the turn in which it is cancelled.
TEST_F(StreamReaderTest, AReadCancelledAsItIsServedHasTakenNothing) {
  const auto line = start(reader().readline());
  run_turns(2);
  say("line\n");
  loop().call_soon([&] { line.cancel(); });
  run_turns(3);
  EXPECT_TRUE(line.cancelled());
  EXPECT_EQ(readline(), "line\n");
}

Coroutine<> gives_up(StreamReader reader, int times) {
  for (int i = 0; i < times; ++i) {
    try {
      co_await wait_for(reader.readline(), std::chrono::microseconds(1));
    } catch (const TimeoutError&) {
    }
  }
}

TEST_F(StreamReaderTest, AHundredReadsThatTimeOutLoseNothing) {
  say("half ");
  run(gives_up(reader(), 100));
  say("a line\n");
  EXPECT_EQ(readline(), "half a line\n");
}

TEST_F(StreamReaderTest, WhoeverReadsNeedNotKeepTheReader) {
  const auto line = start(StreamReader(reader()).readline());
  forget_streams();
  run_turns(2);
  say("x\n");
  EXPECT_EQ(run(line), "x\n");
  EXPECT_EQ(heard(), "(end)");
}

// test_eof_feed_when_closing_writer
TEST_F(StreamReaderTest, CloseEndsARead) {
  const auto line = start(reader().readline());
  run_turns(2);
  writer().close();
  EXPECT_EQ(run(line), "");
  EXPECT_TRUE(reader().at_eof());
  EXPECT_EQ(read(1), "");
}

TEST_F(StreamReaderTest, AReaderMayOutliveItsLoop) {
  const StreamReader outlives = reader();
  const StreamWriter writes = writer();
  forget_streams();
  loop().close();
  EXPECT_EQ(heard(), "(end)");
  writes.write("nobody hears this");
  writes.close();
}

}  // namespace
}  // namespace asyncio
