#include "common/load/end_on_signal.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "common/contract/process.hpp"

namespace load {
namespace {

constexpr int k_signals[] = {SIGINT, SIGTERM, SIGHUP};

std::atomic<bool> is_ending = false;

void wait_and_end(const sigset_t& signals) {
  int number = 0;
  ::sigwait(&signals, &number);
  is_ending = true;
  contract::end_all_processes();
  ::_exit(128 + number);
}

}  // namespace

void end_on_signal() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : k_signals) sigaddset(&signals, number);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // It ends with the program and holds nothing, so nobody need wait for it.
  std::thread([signals] { wait_and_end(signals); }).detach();
}

void halt_if_ending() {
  while (is_ending) ::pause();
}

}  // namespace load
