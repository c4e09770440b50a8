#include "06_tasks_futures/asyncio/signals.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <string>
#include <thread>
#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/report.hpp"
#include "common/net/system_call.hpp"

namespace asyncio {
namespace {

/// What the handler of a signal finds.
struct Slot {
  std::atomic<Inbox*> inbox;  // of the loop it belongs to, if it does
  std::atomic<int> came;      // how often, since the loop has looked
  std::atomic<bool> is_insistent;
};
static_assert(std::atomic<Inbox*>::is_always_lock_free);
static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<bool>::is_always_lock_free);

constinit std::array<Slot, NSIG> g_slots{};
constinit std::atomic<int> g_handlers = 0;  // that run just now

// It is blocked here, and comes when the handler has returned.
void come_by_default(int signal) noexcept {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, nullptr);
  ::raise(signal);
}

// The wake-up's descriptor is good until the last handler has left.
extern "C" void asyncio_on_signal(int signal) {
  ++g_handlers;
  Slot& slot = g_slots[static_cast<std::size_t>(signal)];
  if (Inbox* inbox = slot.inbox) {
    if (slot.came++ > 0 && slot.is_insistent) come_by_default(signal);
    inbox->wake();
  }
  --g_handlers;
}

Slot& slot_of(int signal) noexcept {
  return g_slots[static_cast<std::size_t>(signal)];
}

void check_signal(int signal) {
  sigset_t all;
  sigfillset(&all);
  if (sigismember(&all, signal) == 1) return;
  throw ValueError("invalid signal number " + std::to_string(signal));
}

void claim(int signal, Inbox& inbox) {
  Inbox* nobody = nullptr;
  if (slot_of(signal).inbox.compare_exchange_strong(nobody, &inbox)) return;
  throw RuntimeError("sig " + std::to_string(signal) +
                     " is handled by another event loop");
}

void give_up(int signal) noexcept {
  slot_of(signal).inbox = nullptr;
  while (g_handlers > 0) std::this_thread::yield();
  slot_of(signal).came = 0;
}

/// Gives what was to happen before.
struct sigaction install_handler(int signal) {
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = asyncio_on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (::sigaction(signal, &action, &before) == 0) return before;
  if (errno != EINVAL) throw net::last_error("sigaction");
  throw RuntimeError("sig " + std::to_string(signal) + " cannot be caught");
}

struct sigaction take_over(int signal, Inbox& inbox) {
  claim(signal, inbox);
  try {
    return install_handler(signal);
  } catch (...) {
    give_up(signal);
    throw;
  }
}

}  // namespace

/// Is called once for each time that its signal came, once a turn. Whoever
/// queues it holds it.
class Signals::Callback final : public Runnable, public Counted<Callback> {
 public:
  Callback(Scheduler& scheduler, std::function<void()> callback)
      : scheduler_(scheduler), callback_(std::move(callback)) {}

  void on_come(int times) noexcept {
    due_ += times;
    if (due_ == 0 || std::exchange(is_queued_, true)) return;
    retain();
    scheduler_.schedule(*this);
  }
  void run() override {
    const Ref keep(*this);
    drop();
    if (is_cancelled_) return;
    on_come(-1);
    call_reporting(callback_);
  }
  void drop() noexcept override {
    is_queued_ = false;
    release();  // the queue's
  }

  /// Gives how often it was still to be called.
  int cancel() noexcept {
    is_cancelled_ = true;
    return due_;
  }

 private:
  friend class Counted<Callback>;
  void die() noexcept { delete this; }

  Scheduler& scheduler_;
  std::function<void()> callback_;
  int due_ = 0;
  bool is_queued_ = false;
  bool is_cancelled_ = false;
};

Signals::Signals(Scheduler& scheduler, Inbox& inbox) noexcept
    : scheduler_(scheduler), inbox_(inbox) {}

Signals::~Signals() {
  remove_all();
}

void Signals::add(int signal, std::function<void()> callback) {
  add(signal, std::move(callback), false);
}

void Signals::add_insistent(int signal, std::function<void()> callback) {
  add(signal, std::move(callback), true);
}

void Signals::add(int signal, std::function<void()> callback,
                  bool is_insistent) {
  check_signal(signal);
  const Ref made(*new Callback(scheduler_, std::move(callback)));
  const auto [entry, is_new] = entries_.try_emplace(signal);
  if (!is_new) {
    made->on_come(entry->second.callback->cancel());
  } else {
    try {
      entry->second.before = take_over(signal, inbox_);
    } catch (...) {
      entries_.erase(entry);
      throw;
    }
  }
  entry->second.callback = made;
  slot_of(signal).is_insistent = is_insistent;
}

bool Signals::remove(int signal) {
  check_signal(signal);
  const auto entry = entries_.find(signal);
  if (entry == entries_.end()) return false;
  ::sigaction(signal, &entry->second.before, nullptr);
  give_up(signal);
  entry->second.callback->cancel();
  entries_.erase(entry);
  return true;
}

void Signals::remove_all() noexcept {
  while (!entries_.empty()) remove(entries_.begin()->first);
}

void Signals::take() noexcept {
  for (const auto& [signal, entry] : entries_) {
    const int times = slot_of(signal).came.exchange(0);
    if (times > 0) entry.callback->on_come(times);
  }
}

}  // namespace asyncio
