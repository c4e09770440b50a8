#include "common/contract/server_test.hpp"

#include <csignal>
#include <iostream>

namespace contract {

using namespace std::chrono_literals;

void ServerTest::expect_echo() {
  Client client = connect();
  EXPECT_EQ(client.echo("are you there?\n"), "are you there?\n");
}

void ServerTest::expect_prompt_echo() {
  const auto begin = std::chrono::steady_clock::now();
  expect_echo();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s) << "another client had to wait";
}

void ServerTest::expect_back_in(const Footprint& before) {
  const Footprint now = server().settle_into(before, patience());
  EXPECT_TRUE(now.fits_into(before))
      << "the server holds " << now << "; before these clients came it held " << before;
}

void ServerTest::expect_rest(double share, std::chrono::milliseconds measured_over) {
  double used = 1;
  const bool rests = eventually([&] {
    used = server().cpu_share_over(measured_over);
    return used < share;
  });
  EXPECT_TRUE(rests) << "the server has nothing to do and uses " << used << " of a core";
}

void ServerTest::expect_exit_0(const Deadline& deadline) {
  may_end_ = true;
  const std::optional<Ending> ending = server().process().wait_for_end(deadline);
  ASSERT_TRUE(ending) << "the server does not end";
  EXPECT_TRUE(ending->is_exit_with(0)) << "the server " << ending->text();
}

void ServerTest::expect_exit_0_after(int signal_number, const Deadline& deadline) {
  signal(signal_number);
  expect_exit_0(deadline);
}

void ServerTest::TearDown() {
  if (!server_) return;
  EXPECT_TRUE(may_end_ || !has_ended()) << "the server has ended on its own";
  // It exits with 0 after every test, or something has gone wrong on the way.
  if (config().keeps_command_line && !may_end_ && !HasFailure()) {
    expect_exit_0_after(SIGTERM);
  }
  if (HasFailure()) std::cout << server().process().report() << std::endl;
}

}  // namespace contract
