#include "06_tasks_futures/asyncio/executors/default_executor.hpp"

#include <utility>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/executors/thread_pool_executor.hpp"

namespace asyncio {

ThreadPoolExecutor& DefaultExecutor::default_executor() {
  if (has_ended_) throw RuntimeError("Executor shutdown has been called");
  if (!executor_) executor_ = std::make_shared<ThreadPoolExecutor>();
  return *executor_;
}

void DefaultExecutor::set_default_executor(
    std::shared_ptr<ThreadPoolExecutor> executor) {
  if (!executor) throw ValueError("set_default_executor: expected an executor");
  if (has_ended_) throw RuntimeError("Executor shutdown has been called");
  executor_ = std::move(executor);
}

std::shared_ptr<ThreadPoolExecutor> DefaultExecutor::end_executor() noexcept {
  has_ended_ = true;
  return executor_;
}

void DefaultExecutor::close_executor() {
  if (has_ended_ && executor_) executor_->shutdown();
  has_ended_ = true;
  executor_.reset();
}

}  // namespace asyncio
