// Processes for what is to be computed without stopping the loop, or may crash:
// Python's concurrent.futures.ProcessPoolExecutor.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/executors/concurrent_future.hpp"
#include "06_tasks_futures/asyncio/executors/thread_pool_executor.hpp"
#include "06_tasks_futures/asyncio/process_pool/fork_server.hpp"
#include "06_tasks_futures/asyncio/process_pool/remote_call.hpp"
#include "06_tasks_futures/asyncio/process_pool/worker_process.hpp"

namespace asyncio {

/// How many processes.
struct ProcessPoolOptions {
  /// Zero: as many as there are processors.
  std::size_t max_workers = 0;
};

/// Makes calls in processes of its own, first come, first served. A process
/// starts when none is idle, and stays; what dies is replaced. For each a
/// thread here waits. Its processes are copies of this one as it was when the
/// executor was made: what happens here later, they don't see, nor descriptors
/// but 0, 1 and 2. They ignore SIGINT, and end when this process does, however.
/// Linux 5.9. Any thread may call anything.
///
/// Make all pools before the first thread: the first call starts threads.
class ProcessPoolExecutor {
 public:
  /// Forks. Throws RuntimeError if there are threads, std::system_error.
  explicit ProcessPoolExecutor(ProcessPoolOptions options = {});
  ProcessPoolExecutor(const ProcessPoolExecutor&) = delete;
  ProcessPoolExecutor& operator=(const ProcessPoolExecutor&) = delete;
  /// Waits for all calls. Not in one of its own threads.
  ~ProcessPoolExecutor() { shutdown(); }

  /// Calls `function(arguments...)` in one of the processes. It is a function,
  /// or a lambda that captures nothing; see Marshallable for what it may take
  /// and give. Throws RuntimeError after `shutdown`, std::system_error if not
  /// even one thread can be had. The future fails with what the call throws, as
  /// far as read_exception knows it; BrokenProcessPool if the process ends
  /// before the call, or none can be had; std::bad_alloc if it has no memory.
  template <PlainFunction Function, typename... Arguments>
  auto submit(Function&& function, Arguments&&... arguments) {
    return submit_call(+function, std::forward<Arguments>(arguments)...);
  }

  /// Takes nothing more. `wait`: until all calls have ended, and the processes;
  /// in a callback of one of its futures that is a RuntimeError.
  /// `cancel_futures`: those that have not begun are cancelled. May be called
  /// again.
  void shutdown(bool wait = true, bool cancel_futures = false);

 private:
  template <typename Result, typename... Parameters>
  ConcurrentFuture<Result> submit_call(
      Result (*function)(Parameters...),
      const std::type_identity_t<std::decay_t<Parameters>>&... arguments) {
    return threads_.submit(
        [this, request = request_of(function, arguments...)] {
          return result_of<Result>(call(request));
        });
  }

  Bytes call(const Bytes& request);
  std::optional<WorkerProcess> take_idle();
  void give_back(WorkerProcess worker);
  [[nodiscard]] WorkerProcess start_worker() const;

  std::optional<ForkServer> fork_server_;
  std::mutex shutdown_;  // of fork_server_, at the end
  std::mutex mutex_;     // of idle_
  std::vector<WorkerProcess> idle_;
  ThreadPoolExecutor threads_;
};

}  // namespace asyncio
