#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "common/net/address.hpp"
#include "common/net/chunk.hpp"
#include "common/net/connection.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/listen.hpp"
#include "common/net/log.hpp"
#include "common/net/socket_pair.hpp"
#include "common/net/stop.hpp"
#include "common/net/system_call.hpp"

namespace net {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

struct Pipe {
  Pipe() {
    std::array<int, 2> fds{};
    checked(::pipe2(fds.data(), O_CLOEXEC), "pipe2");
    reader = Descriptor(fds[0]);
    writer = Descriptor(fds[1]);
  }

  [[nodiscard]] std::string read() const {
    std::string text(4096, '\0');
    text.resize(static_cast<std::size_t>(
        checked(::read(reader.get(), text.data(), text.size()), "read")));
    return text;
  }

  Descriptor reader;
  Descriptor writer;
};

TEST(DescriptorTest, ClosesWhatItOwnsWhenItDies) {
  int fd = -1;
  {
    const Descriptor owner(::dup(STDERR_FILENO));
    fd = owner.get();
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(DescriptorTest, AMoveHandsTheOwnershipOver) {
  Descriptor first(::dup(STDERR_FILENO));
  const int fd = first.get();
  const Descriptor second = std::move(first);
  EXPECT_EQ(second.get(), fd);
  EXPECT_TRUE(is_open(fd));
}

TEST(DescriptorTest, AssignmentClosesWhatWasOwnedBefore) {
  Descriptor kept(::dup(STDERR_FILENO));
  const int before = kept.get();
  Descriptor other(::dup(STDERR_FILENO));
  const int after = other.get();
  kept = std::move(other);
  EXPECT_EQ(kept.get(), after);
  EXPECT_FALSE(is_open(before));
  EXPECT_TRUE(is_open(after));
}

TEST(AddressTest, IsPrintedWithItsPort) {
  EXPECT_EQ(to_string(resolve("127.0.0.1", 5000)), "127.0.0.1:5000");
  EXPECT_EQ(to_string(resolve("::1", 5000)), "[::1]:5000");
  EXPECT_EQ(to_string("no.invalid", 5000), "no.invalid:5000");
}

TEST(AddressTest, ANameStandsForItsFirstAddress) {
  EXPECT_THAT(to_string(resolve("localhost", 80)),
              AnyOf("127.0.0.1:80", "[::1]:80"));
}

TEST(AddressTest, ANameThatNobodyKnowsIsAnErrorWithTheResolversReason) {
  try {
    (void)resolve("no.invalid", 5000);
    ADD_FAILURE();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(),
                AnyOf(HasSubstr("not known"), HasSubstr("name resolution")));
  }
}

TEST(ListenTest, PortZeroIsChosenByTheKernel) {
  const Descriptor listener = listen_on(resolve("127.0.0.1", 0));
  EXPECT_THAT(to_string(local_address(listener.get())),
              StartsWith("127.0.0.1:"));
  EXPECT_NE(to_string(local_address(listener.get())), "127.0.0.1:0");
}

TEST(ListenTest, APortInUseIsAnErrorThatSaysSo) {
  const Descriptor listener = listen_on(resolve("127.0.0.1", 0));
  try {
    (void)listen_on(local_address(listener.get()));
    ADD_FAILURE();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::address_in_use);
    EXPECT_STREQ(error.what(), "bind: Address already in use");
  }
}

TEST(ChunkTest, IsEmptyUntilItIsFilledAndAfterAllIsDropped) {
  Chunk chunk = Chunk::borrow();
  EXPECT_EQ(chunk.space().size(), Chunk::k_capacity);
  EXPECT_FALSE(chunk);
  chunk.fill(3);
  EXPECT_TRUE(chunk);
  EXPECT_EQ(chunk.bytes().size(), 3U);
  chunk.drop_front(2);
  EXPECT_EQ(chunk.bytes().size(), 1U);
  EXPECT_EQ(chunk.bytes().data(), chunk.space().data() + 2);
  chunk.drop_front(1);
  EXPECT_FALSE(chunk);
}

TEST(ChunkTest, WithoutABufferThereIsNoSpace) {
  Chunk chunk;
  EXPECT_FALSE(chunk);
  EXPECT_TRUE(chunk.space().empty());
}

TEST(ChunkTest, ABufferThatWasGivenBackIsBorrowedAgain) {
  const std::byte* buffer = nullptr;
  {
    Chunk chunk = Chunk::borrow();
    buffer = chunk.space().data();
  }
  Chunk chunk = Chunk::borrow();
  EXPECT_EQ(chunk.space().data(), buffer);
}

TEST(ChunkTest, AMoveTakesTheBytesAlong) {
  Chunk first = Chunk::borrow();
  first.fill(5);
  Chunk second = std::move(first);
  EXPECT_EQ(second.bytes().size(), 5U);
  second = Chunk();
  EXPECT_FALSE(second);
  EXPECT_TRUE(second.space().empty());
}

TEST(ChunkTest, MoreThanThePoolKeepsCanBeBorrowedAtOnce) {
  std::vector<Chunk> chunks(100);
  for (Chunk& chunk : chunks) chunk = Chunk::borrow();
  for (Chunk& chunk : chunks)
    EXPECT_EQ(chunk.space().size(), Chunk::k_capacity);
}

TEST(LineWriterTest, DropsLinesThatWouldBlockAndCountsThem) {
  const Pipe pipe;
  ::fcntl(pipe.writer.get(), F_SETPIPE_SZ, 4096);
  LineWriter writer(pipe.writer.get());
  const std::string line(1023, 'x');
  for (int i = 0; i < 10; ++i) writer.write(line);
  EXPECT_EQ(writer.dropped(), 6U);
  EXPECT_EQ(pipe.read().size(), 4096U);
  writer.write("again");
  EXPECT_EQ(pipe.read(), "dropped 6 lines\nagain\n");
  EXPECT_EQ(writer.dropped(), 0U);
}

TEST(LineWriterTest, LeavesTheDescriptorOfOthersAsItWas) {
  const Pipe pipe;
  const LineWriter writer(pipe.writer.get());
  EXPECT_EQ(::fcntl(pipe.writer.get(), F_GETFL) & O_NONBLOCK, 0);
}

TEST(LineWriterTest, WritesToASocketToo) {
  const SocketPair nobody_reads;
  LineWriter writer(nobody_reads.here.get());
  for (int i = 0; writer.dropped() == 0 && i < 100'000; ++i)
    writer.write("to nobody");
  EXPECT_GT(writer.dropped(), 0U);
}

TEST(LineWriterTest, GoesOnWhereOthersWhoShareTheFileHaveWritten) {
  std::FILE* file = std::tmpfile();
  const int fd = ::fileno(file);
  ASSERT_EQ(::write(fd, "before\n", 7), 7);
  LineWriter(fd).write("ours");
  ASSERT_EQ(::write(fd, "after\n", 6), 6);
  std::string text(64, '\0');
  text.resize(
      static_cast<std::size_t>(::pread(fd, text.data(), text.size(), 0)));
  EXPECT_EQ(text, "before\nours\nafter\n");
  std::fclose(file);
}

TEST(LogTest, PrintsTheContractsLines) {
  testing::internal::CaptureStdout();
  {
    Log log(false);
    const Address address = resolve("127.0.0.1", 5000);
    log.connected(address);
    log.closed(address, 27);
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "connection from 127.0.0.1:5000\n"
            "closed 127.0.0.1:5000, 27 bytes\n");
}

TEST(LogTest, QuietKeepsTheFirstLineOnly) {
  testing::internal::CaptureStdout();
  {
    Log log(true);
    const Descriptor listener = listen_on(resolve("127.0.0.1", 0));
    const Address address = resolve("::1", 5000);
    log.listening(listener);
    log.connected(address);
    log.closed(address, 27);
  }
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              testing::MatchesRegex("listening on 127.0.0.1:[0-9]+\n"));
}

TEST(LogTest, DoesNotRepeatAWarning) {
  testing::internal::CaptureStderr();
  {
    Log log(true);
    for (int i = 0; i < 3; ++i) log.warn("full");
    log.warn("no longer");
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "full\nno longer\n");
}

bool is_readable(int fd) {
  pollfd polled{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&polled, 1, 0) == 1;
}

TEST(StopDescriptorTest, BecomesReadableWithEitherSignal) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const StopDescriptor stop;
    EXPECT_FALSE(is_readable(stop.fd()));
    ::raise(signal);
    EXPECT_TRUE(is_readable(stop.fd()));
    std::array<std::byte, 128> info{};
    EXPECT_EQ(::read(stop.fd(), info.data(), info.size()), 128);
  }
}

TEST(StopDescriptorTest, TakesASignalThatNobodyReadWithIt) {
  {
    const StopDescriptor stop;
    ::raise(SIGTERM);
  }
  SUCCEED();  // or the signal would have ended this process
}

}  // namespace
}  // namespace net
