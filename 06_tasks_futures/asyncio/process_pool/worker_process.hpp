// A process that makes calls for this one.
#pragma once

#include <optional>
#include <utility>

#include "06_tasks_futures/asyncio/process_pool/channel.hpp"
#include "06_tasks_futures/asyncio/process_pool/marshal.hpp"
#include "06_tasks_futures/asyncio/process_pool/remote_exception.hpp"

namespace asyncio {

/// The process at the other end of a channel. It ends with its owner, one way
/// or another; it may also end before. One thread at a time.
class WorkerProcess {
 public:
  explicit WorkerProcess(Channel channel) noexcept
      : channel_(std::move(channel)) {}

  /// Waits for the answer; see remote_call.hpp. Nothing if the process was gone
  /// before it began: no part of the call was made. Throws
  /// BrokenProcessPool if it ends later, std::bad_alloc, std::system_error.
  /// What has thrown can make no further calls.
  [[nodiscard]] std::optional<Bytes> call(const Bytes& request) const;

  /// What is said about a process that is gone. Ends it, if it is not.
  [[nodiscard]] BrokenProcessPool broken() const;

 private:
  Channel channel_;
};

}  // namespace asyncio
