// Processes that are forked before there are threads: Python's
// multiprocessing.forkserver.
#pragma once

#include <sys/types.h>

#include "06_tasks_futures/asyncio/process_pool/worker_process.hpp"
#include "common/net/descriptor.hpp"

namespace asyncio {

/// Owns a process that does nothing but start workers, and with it all of them:
/// see serve_forks.hpp. They end when it dies, or this process, however.
class ForkServer {
 public:
  /// Forks it: fork(2). Throws RuntimeError if this process has threads already
  /// (the child would have but this one, and what the others have locked),
  /// std::system_error.
  ForkServer();
  ForkServer(const ForkServer&) = delete;
  ForkServer& operator=(const ForkServer&) = delete;
  /// Kills the workers, and waits for the end of all.
  ~ForkServer();

  /// Any thread. Throws std::system_error. If the other process can start none,
  /// the worker's first call tells.
  [[nodiscard]] WorkerProcess start_worker() const;

 private:
  net::Descriptor requests_;
  pid_t process_;
};

}  // namespace asyncio
