// A request that stays with its socket from one wait to the next.
#pragma once

#include <memory>

#include "06_tasks_futures/asyncio/proactor/proactor.hpp"
#include "06_tasks_futures/asyncio/proactor/request.hpp"

namespace asyncio {

/// On the heap. Its owner may leave it at any time: while it is under way it
/// lives on, and dies with its last completion. The socket stays open until it
/// is left, and a flush later; the proactor outlives it.
class SocketRequest : public Request {
 public:
  /// What a std::unique_ptr does with it.
  struct Leave {
    void operator()(SocketRequest* request) const noexcept { request->leave(); }
  };

 protected:
  SocketRequest(Proactor& proactor, int fd) noexcept
      : proactor_(proactor), fd_(fd) {}
  ~SocketRequest() override = default;

  [[nodiscard]] Proactor& proactor() const noexcept { return proactor_; }
  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  virtual void on_result(const uring::Completion& completion) noexcept = 0;
  /// Nobody is to wait any more, or to get what comes.
  virtual void close() noexcept = 0;

  void on_complete(const uring::Completion& completion) noexcept final {
    on_result(completion);
    if (is_given_up() && !is_under_way()) delete this;
  }

  void leave() noexcept {
    close();
    if (!is_under_way()) {
      delete this;
    } else {
      proactor_.give_up(*this);
    }
  }

  Proactor& proactor_;
  int fd_;
};

}  // namespace asyncio
