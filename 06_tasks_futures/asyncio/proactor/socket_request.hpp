// A request that stays with its socket from one wait to the next.
#pragma once

#include <memory>
#include <utility>

#include "06_tasks_futures/asyncio/descriptors.hpp"
#include "06_tasks_futures/asyncio/proactor/proactor.hpp"
#include "06_tasks_futures/asyncio/proactor/request.hpp"

namespace asyncio {

/// Takes something from its socket, and keeps it until somebody asks. On the
/// heap: its owner may leave it at any time, and while it is under way it lives
/// on until its last completion. The proactor outlives it; the socket is closed
/// after that, and after a flush.
class SocketRequest : public Request {
 public:
  /// Who waits until there is something to take. What has come stays here until
  /// it is taken: so whoever stops waiting, even when told, has taken nothing.
  using Waiter = Descriptors::Waiter;

  /// What a std::unique_ptr does with it.
  struct Leave {
    void operator()(SocketRequest* request) const noexcept { request->leave(); }
  };

  /// Tells `waiter` once. Nothing is there to be taken, and nobody else waits.
  /// Throws std::system_error.
  void wait(Waiter& waiter) {
    if (!is_under_way()) start();
    waiter_ = &waiter;
  }
  /// Does nothing if it is somebody else who waits.
  void stop_waiting(const Waiter& waiter) noexcept {
    if (waiter_ == &waiter) waiter_ = nullptr;
  }
  [[nodiscard]] bool is_waited_for() const noexcept { return waiter_; }

 protected:
  SocketRequest(Proactor& proactor, int fd) noexcept
      : proactor_(proactor), fd_(fd) {}
  ~SocketRequest() override = default;

  [[nodiscard]] Proactor& proactor() const noexcept { return proactor_; }
  [[nodiscard]] int fd() const noexcept { return fd_; }
  void tell() noexcept {
    if (waiter_) std::exchange(waiter_, nullptr)->on_ready(nullptr);
  }

 private:
  virtual void start() = 0;
  virtual void on_result(const uring::Completion& completion) noexcept = 0;
  /// What was kept is lost.
  virtual void drop() noexcept = 0;

  void on_complete(const uring::Completion& completion) noexcept final;
  void leave() noexcept;

  Proactor& proactor_;
  int fd_;
  Waiter* waiter_ = nullptr;
};

}  // namespace asyncio
