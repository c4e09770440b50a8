#include "06_tasks_futures/asyncio/process_pool/worker_process.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace asyncio {

std::optional<Bytes> WorkerProcess::call(const Bytes& request) const {
  std::byte begun{};
  if (!channel_.send(request) || !channel_.receive({&begun, 1})) {
    return std::nullopt;
  }
  std::size_t size = 0;
  const bool has_size =
      channel_.receive(std::as_writable_bytes(std::span(&size, 1)));
  if (!has_size) throw broken();
  Bytes answer(size);
  if (!channel_.receive(answer)) throw broken();
  return answer;
}

BrokenProcessPool WorkerProcess::broken() const {
  const std::string words = channel_.last_words();
  return BrokenProcessPool(
      "A process in the process pool was terminated abruptly while the future "
      "was running or pending." +
      (words.empty() ? words : " " + words));
}

}  // namespace asyncio
