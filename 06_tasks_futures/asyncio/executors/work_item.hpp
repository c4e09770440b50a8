// A call that an executor is to make.
#pragma once

#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/executors/concurrent_future.hpp"

namespace asyncio {

/// A call that is to be made in some thread, and the future of its result.
class WorkItem {
 public:
  WorkItem() = default;
  WorkItem(const WorkItem&) = delete;
  WorkItem& operator=(const WorkItem&) = delete;
  virtual ~WorkItem() = default;

  /// Makes the call, unless it was cancelled, and ends the future.
  virtual void run() noexcept = 0;
  virtual void cancel() noexcept = 0;
};

/// `function(arguments...)`, which it owns.
template <typename Result, typename Function, typename... Arguments>
class CallItem final : public WorkItem {
 public:
  CallItem(Function function, Arguments... arguments)
      : call_(std::in_place, std::move(function),
              std::tuple<Arguments...>(std::move(arguments)...)) {}

  [[nodiscard]] const ConcurrentFuture<Result>& future() const noexcept {
    return future_;
  }
  void run() noexcept override {
    if (!future_.set_running_or_notify_cancel()) return;
    std::exception_ptr failure;
    try {
      call();
    } catch (...) {
      failure = std::current_exception();
    }
    if (!failure) return;
    call_.reset();
    future_.set_exception(std::move(failure));
  }
  void cancel() noexcept override { future_.cancel(); }

 private:
  // Function and arguments die before the future ends: whoever waits for it may
  // own what they refer to.
  void call() {
    auto& [function, arguments] = *call_;
    if constexpr (std::is_void_v<Result>) {
      std::apply(std::move(function), std::move(arguments));
      call_.reset();
      future_.set_result();
    } else {
      Result result = std::apply(std::move(function), std::move(arguments));
      call_.reset();
      future_.set_result(std::forward<Result>(result));
    }
  }

  ConcurrentFuture<Result> future_;
  std::optional<std::pair<Function, std::tuple<Arguments...>>> call_;
};

/// What `Function` gives for copies of `Arguments` of its own, as std::thread
/// calls it: std::ref stands for what is not to be copied.
template <typename Function, typename... Arguments>
using CallResult =
    std::invoke_result_t<std::decay_t<Function>, std::decay_t<Arguments>...>;

}  // namespace asyncio
