#include "06_tasks_futures/asyncio/process_pool/process_pool_executor.hpp"

#include <algorithm>
#include <string>
#include <system_error>
#include <thread>

#include "06_tasks_futures/asyncio/process_pool/remote_exception.hpp"

namespace asyncio {
namespace {

std::size_t workers(const ProcessPoolOptions& options) noexcept {
  if (options.max_workers > 0) return options.max_workers;
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

ProcessPoolExecutor::ProcessPoolExecutor(ProcessPoolOptions options)
    : fork_server_(std::in_place),
      threads_(
          {.max_workers = workers(options), .thread_name_prefix = "process"}) {
  idle_.reserve(workers(options));
}

// One that died while it was idle fails no call; but where a new one dies, so
// would the next.
Bytes ProcessPoolExecutor::call(const Bytes& request) {
  while (true) {
    std::optional<WorkerProcess> idle = take_idle();
    const bool is_new = !idle;
    WorkerProcess worker = is_new ? start_worker() : *std::move(idle);
    if (std::optional<Bytes> answer = worker.call(request)) {
      give_back(std::move(worker));
      return *std::move(answer);
    }
    if (is_new) throw worker.broken();
  }
}

std::optional<WorkerProcess> ProcessPoolExecutor::take_idle() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::nullopt;
  std::optional<WorkerProcess> worker = std::move(idle_.back());
  idle_.pop_back();
  return worker;
}

void ProcessPoolExecutor::give_back(WorkerProcess worker) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(worker));
}

WorkerProcess ProcessPoolExecutor::start_worker() const {
  try {
    return fork_server_->start_worker();
  } catch (const std::system_error& error) {
    throw BrokenProcessPool(std::string("no process for the call: ") +
                            error.what());
  }
}

// Several may wait: the first of them ends the processes.
void ProcessPoolExecutor::shutdown(bool wait, bool cancel_futures) {
  threads_.shutdown(wait, cancel_futures);
  if (!wait) return;
  const std::lock_guard lock(shutdown_);
  idle_.clear();
  fork_server_.reset();
}

}  // namespace asyncio
