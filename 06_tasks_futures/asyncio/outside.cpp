#include "06_tasks_futures/asyncio/outside.hpp"

namespace asyncio {

Outside::Outside(Scheduler& scheduler,
                 std::unique_ptr<selectors::Selector> selector)
    : scheduler_(scheduler), descriptors_(std::move(selector)) {
  descriptors_.set(inbox_->fd(), selectors::k_event_read, wake_up_);
}

void Outside::take() noexcept {
  scheduler_.schedule(inbox_->take());
  signals_.take();
}

void Outside::close() noexcept {
  signals_.remove_all();
  inbox_->close();
  inbox_->take().drop_all();
  readers_.clear();
  writers_.clear();
}

}  // namespace asyncio
