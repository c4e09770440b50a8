// What goes in comes out: every byte, in order, once, and then the end of file.

#include "common/contract/server_test.hpp"

namespace contract {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t k_kibi = 1024;
constexpr std::size_t k_mebi = 1024 * k_kibi;

std::string every_byte_value() {
  std::string bytes;
  for (int value = 0; value < 256; ++value) {
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

using Bytes = RunningServer;
using HalfClose = RunningServer;
using SlowBytes = RunningServer;

TEST_F(Bytes, OneByteComesBack) {
  Client client = connect();
  EXPECT_EQ(client.echo("x"), "x");
  EXPECT_TRUE(client.hears_nothing_for(20ms)) << "and then came more";
}

TEST_F(Bytes, ALineComesBack) {
  EXPECT_EQ(connect().echo("hello, world\n"), "hello, world\n");
}

TEST_F(Bytes, TheSecondLineComesBackAsTheFirst) {
  Client client = connect();
  EXPECT_EQ(client.echo("one\n"), "one\n");
  EXPECT_EQ(client.echo("two\r\n"), "two\r\n");
}

TEST_F(Bytes, EveryByteValueComesBack) {
  EXPECT_EQ(connect().echo(every_byte_value()), every_byte_value());
}

TEST_F(Bytes, NulBytesComeBack) {
  const std::string nuls(1000, '\0');
  EXPECT_EQ(connect().echo(nuls), nuls);
}

TEST_F(Bytes, AMegabyteComesBackWhileItIsSent) {
  Client client = connect();
  exchange(client, {.total = k_mebi});
}

TEST_F(Bytes, AThousandSingleByteWritesComeBack) {
  Client client = connect();
  exchange(client, {.total = 1000, .bytes_a_write = 1});
}

TEST_F(Bytes, FiftyClientsOneAfterAnotherAreServed) {
  for (int i = 0; i < 50; ++i) {
    const std::string name = "client " + std::to_string(i) + "\n";
    ASSERT_EQ(connect().echo(name), name);
  }
}

TEST_F(HalfClose, AfterItEveryByteStillComesAndThenTheEndOfFile) {
  Client client = connect();
  client.send("my last words");
  client.finish_sending();
  EXPECT_EQ(client.receive_until_end_of_file(), "my last words");
}

TEST_F(HalfClose, FourMegabytesComeBackAndThenTheEndOfFile) {
  Client client = connect();
  exchange(client, {.total = 4 * k_mebi, .half_close = true});
}

TEST_F(HalfClose, WithNothingSentTheEndOfFileComesAtOnce) {
  Client client = connect();
  client.finish_sending();
  EXPECT_EQ(client.receive_until_end_of_file(), "");
}

TEST_F(HalfClose, TheServerClosesItsSideAsWell) {
  const Footprint before = server().idle_footprint();
  for (int i = 0; i < 10; ++i) {
    Client client = connect();
    client.finish_sending();
    EXPECT_EQ(client.receive_until_end_of_file(), "");
  }
  expect_back_in(before);
}

TEST_F(SlowBytes, SixtyFourMegabytesComeBackWhileTheyAreSent) {
  Client client = connect();
  exchange(client, {.total = 64 * k_mebi, .half_close = true});
}

TEST_F(SlowBytes, TenThousandSingleByteWritesComeBack) {
  Client client = connect();
  exchange(client, {.total = 10'000, .bytes_a_write = 1});
}

}  // namespace

}  // namespace contract
