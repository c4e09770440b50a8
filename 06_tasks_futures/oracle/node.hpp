// A future of any kind, with the name that it has in traces.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "06_tasks_futures/asyncio/event_loop.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace oracle {

template <typename F>
[[nodiscard]] std::string state_of(const F& future) {
  if (future.cancelled()) return "cancelled";
  return future.done() ? "done" : "pending";
}

/// f1 is a future, t1 a task, s1 what shield gave, g1 what gather gave.
class Node {
 public:
  using Numbers = asyncio::Future<std::vector<int>>;
  using Outcomes = asyncio::Future<std::vector<asyncio::Outcome<int>>>;
  using Future = std::variant<asyncio::Task<int>, asyncio::Future<int>, Numbers,
                              Outcomes, std::monostate>;

  Node(std::string name, Future future)
      : name_(std::move(name)), future_(std::move(future)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] asyncio::AnyFuture any() const {
    if (number()) return *number();
    if (numbers()) return *numbers();
    return std::get<Outcomes>(future_);
  }
  /// Null if it is no task, or no future of a number.
  [[nodiscard]] const asyncio::Task<int>* task() const {
    return std::get_if<asyncio::Task<int>>(&future_);
  }
  [[nodiscard]] const asyncio::Future<int>* number() const {
    if (task()) return task();
    return std::get_if<asyncio::Future<int>>(&future_);
  }
  [[nodiscard]] const Numbers* numbers() const {
    return std::get_if<Numbers>(&future_);
  }
  [[nodiscard]] const Outcomes* outcomes() const {
    return std::get_if<Outcomes>(&future_);
  }
  /// A future that may be set.
  [[nodiscard]] bool is_bare() const { return name_.front() == 'f'; }

  /// Lets it go.
  void release() { future_ = std::monostate(); }
  [[nodiscard]] bool is_released() const {
    return std::holds_alternative<std::monostate>(future_);
  }

  // CPython 3.13 in C: whoever awaits it then is refused as well.
  bool has_awaited_itself = false;

 private:
  std::string name_;
  Future future_;
};

}  // namespace oracle
