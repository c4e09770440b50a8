// Chapter 3's selector on the proactor's ring: for all that is waited for, and
// not done, through it.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <vector>

#include "03_selectors_callbacks/selector.hpp"
#include "06_tasks_futures/asyncio/proactor/kept_sockets.hpp"
#include "06_tasks_futures/asyncio/proactor/proactor.hpp"

namespace asyncio {

/// Waits for descriptors by requests that are over once one is ready
/// (IORING_OP_POLL_ADD), and made anew in the same system call that waits for
/// the next. So a descriptor that was waited for once costs no call of its own.
/// Its `select` is also the turn of the proactor, which it owns: those whose
/// requests complete are told, and then it may return with nothing.
class UringSelector final : public selectors::Selector {
 public:
  /// Throws std::system_error that says what is missing.
  UringSelector();
  ~UringSelector() override;

  [[nodiscard]] Proactor& proactor() noexcept { return proactor_; }
  [[nodiscard]] KeptSockets& sockets() noexcept { return sockets_; }

 private:
  class Poll;
  using Polls = std::list<Poll>;

  void add(int fd, selectors::Events events) override;
  void change(int fd, selectors::Events events) override;
  void remove(int fd) noexcept override;
  void wait(Timeout timeout, std::vector<selectors::Report>& reports) override;

  [[nodiscard]] Polls::iterator& poll_of(int fd) noexcept {
    return by_fd_[static_cast<std::size_t>(fd)];
  }
  void start_all();
  void turn_until_reports(Timeout timeout);
  void report(std::vector<selectors::Report>& reports) noexcept;
  void drop(Polls::iterator poll) noexcept;

  // Each registration is in one of these.
  Polls due_;      // to be started in the next turn
  Polls waiting_;  // under way
  Polls ready_;    // with something to report
  Polls dropped_;  // under way for the last time
  std::vector<Polls::iterator> by_fd_;
  Proactor proactor_;  // dies before the lists: its last turns move polls
  KeptSockets sockets_{proactor_};
};

}  // namespace asyncio
