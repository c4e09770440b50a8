#include "06_tasks_futures/asyncio/proactor/socket_request.hpp"

#include <utility>

namespace asyncio {

void SocketRequest::on_complete(const uring::Completion& completion) noexcept {
  on_result(completion);
  if (!is_given_up()) return;
  drop();
  if (!is_under_way()) delete this;
}

void SocketRequest::leave() noexcept {
  drop();
  if (Waiter* waiter = std::exchange(waiter_, nullptr)) {
    waiter->on_ready(Descriptors::will_be_closed(fd_));
  }
  if (is_under_way()) {
    proactor_.give_up(*this);
  } else {
    delete this;
  }
}

}  // namespace asyncio
