// A callback that was scheduled, and may be cancelled.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "06_tasks_futures/asyncio/debugging/debug_mode.hpp"
#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/free_list.hpp"
#include "06_tasks_futures/asyncio/ref.hpp"
#include "06_tasks_futures/asyncio/report.hpp"
#include "06_tasks_futures/asyncio/timers.hpp"

namespace asyncio {

/// A callback in a queue, which owns it until it has run.
class HandleState : public Timer,
                    public Counted<HandleState>,
                    public FromFreeList {
 public:
  void run() final {
    const auto keep = Ref<HandleState>::taken_over(*this);  // from the queue
    if (!is_cancelled_) call_reporting([this] { call(); });
  }
  void drop() noexcept final {
    clear();
    release();
  }

  /// It will not be called, whatever queue it is in.
  void cancel() noexcept {
    if (std::exchange(is_cancelled_, true)) return;
    clear();
  }
  [[nodiscard]] bool is_cancelled() const noexcept { return is_cancelled_; }

  std::function<std::string()> description() override;

 protected:
  /// `here`: where it was made, for debug mode.
  explicit HandleState(Place here = {}) noexcept : creation_(here) {}

 private:
  friend class Counted<HandleState>;
  void die() noexcept { delete this; }
  virtual void call() = 0;            // and lets it go
  virtual void clear() noexcept = 0;  // lets it go

  Place creation_;
  bool is_cancelled_ = false;
};

/// A callback without arguments.
template <typename Callback>
class CallbackHandle final : public HandleState {
 public:
  explicit CallbackHandle(Callback callback, Place here = Place::current())
      : HandleState(here), callback_(std::move(callback)) {}

 private:
  void call() override {
    Callback callback = std::move(*callback_);  // it may cancel itself
    clear();
    callback();
  }
  void clear() noexcept override { callback_.reset(); }

  std::optional<Callback> callback_;
};

/// What call_soon gives. To let it go cancels nothing. One thread.
class Handle {
 public:
  explicit Handle(HandleState& state) noexcept : state_(state) {}

  /// The callback will not be called, if it has not been.
  void cancel() const noexcept { state_->cancel(); }
  [[nodiscard]] bool cancelled() const noexcept {
    return state_->is_cancelled();
  }
  [[nodiscard]] HandleState& state() const noexcept { return *state_; }

 private:
  Ref<HandleState> state_;
};

/// What call_later and call_at give. It outlives neither the loop nor its
/// thread.
class TimerHandle : private Handle {
 public:
  using Handle::cancelled;
  using Handle::state;

  TimerHandle(Timers& timers, HandleState& state, TimePoint when) noexcept
      : Handle(state), timers_(&timers), when_(when) {}

  /// The callback will not be called, if it has not been.
  void cancel() const noexcept {
    const Ref keep(state());  // this may be the callback's own
    if (timers_->remove(*keep)) keep->release();
    keep->cancel();
  }
  [[nodiscard]] TimePoint when() const noexcept { return when_; }

 private:
  Timers* timers_;
  TimePoint when_;
};

}  // namespace asyncio
