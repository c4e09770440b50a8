#include "06_tasks_futures/asyncio/interrupts.hpp"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace asyncio {
namespace {

bool is_main_thread() noexcept {
  return ::gettid() == ::getpid();
}

bool is_default(int signal) noexcept {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  return !(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_DFL;
}

std::terminate_handler g_before = nullptr;

// As a shell expects of a program that was interrupted: it ends by the signal,
// and has written all it had to.
void end_by_signal(int signal) noexcept {
  std::fflush(nullptr);
  ::signal(signal, SIG_DFL);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  ::raise(signal);
}

[[noreturn]] void on_terminate() {
  try {
    if (const auto uncaught = std::current_exception()) {
      std::rethrow_exception(uncaught);
    }
  } catch (const KeyboardInterrupt&) {
    std::fputs("KeyboardInterrupt\n", stderr);
    end_by_signal(SIGINT);
  } catch (...) {  // not our affair
  }
  if (g_before) g_before();
  std::abort();
}

// Once: whoever has installed another one since may call this one from there.
void install_terminate_handler() noexcept {
  static const std::terminate_handler before = std::set_terminate(on_terminate);
  g_before = before;
}

}  // namespace

Interrupts::Interrupts(EventLoop& loop, TaskBase* main)
    : loop_(loop), main_(main) {
  if (!is_main_thread() || !is_default(SIGINT)) return;
  install_terminate_handler();
  const auto handler = std::make_shared<Handler>();
  loop_.add_insistent_signal_handler(SIGINT,
                                     [this, handler] { on_interrupt(); });
  handler_ = handler;
}

Interrupts::~Interrupts() {
  if (!handler_.expired()) loop_.remove_signal_handler(SIGINT);
}

void Interrupts::on_interrupt() {
  if (++came_ > 1 || !main_ || main_->future().done()) {
    throw KeyboardInterrupt();
  }
  main_->request_cancel({});
}

void Interrupts::check() const {
  const bool is_ours = came_ > 0 && main_->future().cancelled();
  if (is_ours && main_->uncancel() == 0) throw KeyboardInterrupt();
}

}  // namespace asyncio
