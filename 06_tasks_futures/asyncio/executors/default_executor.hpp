// The threads that a loop has for what would block it.
#pragma once

#include <memory>

namespace asyncio {

class ThreadPoolExecutor;

/// The part of a loop that has them: none, until the first is needed.
class DefaultExecutor {
 public:
  DefaultExecutor(const DefaultExecutor&) = delete;
  DefaultExecutor& operator=(const DefaultExecutor&) = delete;

  /// Made by the first call. Throws RuntimeError after the shutdown.
  [[nodiscard]] ThreadPoolExecutor& default_executor();
  /// Instead of one of the loop's own. Throws ValueError if it is null,
  /// RuntimeError after the shutdown.
  void set_default_executor(std::shared_ptr<ThreadPoolExecutor> executor);

  /// What is to be shut down: nobody else gets it any more. Null if there is
  /// none.
  [[nodiscard]] std::shared_ptr<ThreadPoolExecutor> end_executor() noexcept;

 protected:
  DefaultExecutor() = default;
  ~DefaultExecutor() = default;

  /// Waits for its calls, if it is to be shut down, or nobody else has it.
  void close_executor();

 private:
  std::shared_ptr<ThreadPoolExecutor> executor_;
  bool has_ended_ = false;
};

}  // namespace asyncio
