// What the tests share: a fresh server for each of them, and its last words in the report when a
// test fails.
//
// The names of the test suites say for whom they are: Concurrent..., Sequential..., CommandLine...
// and Slow... ; main() leaves out what the command line does not ask for.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "common/contract/client.hpp"
#include "common/contract/config.hpp"
#include "common/contract/exchange.hpp"
#include "common/contract/server.hpp"

namespace contract {

class ServerTest : public ::testing::Test {
 protected:
  void start(const ServerOptions& options = {}) {
    server_.emplace(options);
    may_end_ = false;
  }
  void stop() { server_.reset(); }
  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] Client connect() { return Client(server_->address()); }

  void signal(int number) { server_->process().send_signal(number); }
  void expect_echo();
  // The next client is answered within a second, whatever the others do.
  void expect_prompt_echo();
  void expect_back_in(const Footprint& before);
  // It uses less than this share of a core, as soon as it has done what there was to do.
  void expect_rest(double share, std::chrono::milliseconds measured_over);
  void expect_exit_0(const Deadline& deadline);
  void expect_exit_0_after(int signal_number, const Deadline& deadline = patience());

  void TearDown() override;

 private:
  [[nodiscard]] bool has_ended() { return !server_->process().is_running(); }

  std::optional<Server> server_;
  bool may_end_ = false;
};

class RunningServer : public ServerTest {
 protected:
  void SetUp() override { start(); }
};

}  // namespace contract
