// Something that the kernel has been asked to do.
#pragma once

#include "06_tasks_futures/asyncio/proactor/rings.hpp"

namespace asyncio {

// [region request]
/// The kernel knows a request by its address. So it stays where it is, and
/// alive, for as long as it is under way: until its last completion. Its owner
/// waits for that (Proactor::finish), or leaves it to destroy itself then
/// (Proactor::give_up). One thread.
class Request {
 public:
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  /// Whether the kernel has it, or will get it with the next turn.
  [[nodiscard]] bool is_under_way() const noexcept { return is_under_way_; }
  /// Whether nobody waits for it any more.
  [[nodiscard]] bool is_given_up() const noexcept { return is_given_up_; }

 protected:
  Request() = default;
  virtual ~Request() = default;

 private:
  friend class Proactor;

  /// Called in a turn of the proactor, or while it finishes another request. It
  /// may start requests, this one too, and wakes those who wait; it runs
  /// nobody.
  virtual void on_complete(const uring::Completion& completion) noexcept = 0;

  bool is_under_way_ = false;
  bool is_given_up_ = false;
};
// [end request]

}  // namespace asyncio
