// What a future calls at its end.
#pragma once

#include <optional>
#include <utility>

#include "06_tasks_futures/asyncio/future.hpp"
#include "06_tasks_futures/asyncio/handle.hpp"

namespace asyncio {

/// Holds the future only from its end to the call: until then it is the future
/// that holds the callback.
template <typename T, typename Callback>
class DoneCallback final : public HandleState {
 public:
  DoneCallback(FutureState<T>& future, Callback callback, Place here)
      : HandleState(here), future_(&future), callback_(std::move(callback)) {}

  void hold() noexcept override { held_ = Ref(*future_); }

 private:
  void call() override {
    const Future<T> future(*held_);
    Callback callback = std::move(*callback_);
    clear();
    callback(future);
  }
  void clear() noexcept override {
    callback_.reset();
    held_ = {};
  }

  FutureState<T>* future_;
  Ref<FutureState<T>> held_;
  std::optional<Callback> callback_;
};

template <typename T>
template <typename Callback>
Handle Future<T>::add_done_callback(Callback callback, Place here) const {
  auto* made =
      new DoneCallback<T, Callback>(state(), std::move(callback), here);
  Handle handle(*made);
  state().add_callback(*made);
  return handle;
}

template <typename T>
bool Future<T>::remove_done_callback(const Handle& callback) const noexcept {
  if (!state().remove_waiter(callback.state())) return false;
  callback.state().drop();
  return true;
}

}  // namespace asyncio
