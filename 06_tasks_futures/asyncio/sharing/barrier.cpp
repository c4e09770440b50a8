#include "06_tasks_futures/asyncio/sharing/barrier.hpp"

#include <limits>

#include "06_tasks_futures/asyncio/finally.hpp"

namespace asyncio {

Barrier::Barrier(int parties) : parties_(parties) {
  if (parties < 1) throw ValueError("parties must be > 0");
}

Coroutine<int> Barrier::wait() {
  const Held<Lock> held = co_await changed_.scoped();
  co_await wait_for_entry();
  const int index = count_++;
  const Finally at_end([this] { leave(); });
  if (index + 1 == parties_) {
    change(State::draining);
  } else {
    co_await wait_for_others();
  }
  co_return index;
}

Coroutine<> Barrier::wait_for_entry() {
  co_await changed_.wait_for([this] {
    return state_ != State::draining && state_ != State::resetting;
  });
  if (broken()) throw BrokenBarrierError("Barrier aborted");
}

Coroutine<> Barrier::wait_for_others() {
  co_await changed_.wait_for([this] { return state_ != State::filling; });
  if (state_ != State::draining) {
    throw BrokenBarrierError("Abort or reset of barrier");
  }
}

// The last one out lets the next in.
void Barrier::leave() noexcept {
  if (--count_ > 0) return;
  change(broken() ? State::broken : State::filling);
}

void Barrier::change(State state) noexcept {
  state_ = state;
  changed_.wake(std::numeric_limits<int>::max());
}

Coroutine<> Barrier::reset() {
  const Held<Lock> held = co_await changed_.scoped();
  change(count_ > 0 ? State::resetting : State::filling);
}

Coroutine<> Barrier::abort() {
  const Held<Lock> held = co_await changed_.scoped();
  change(State::broken);
}

}  // namespace asyncio
