#include "06_tasks_futures/asyncio/subprocesses/process_state.hpp"

#include <unistd.h>

#include <span>

#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace asyncio {
namespace {

Ref<Stream> stream_on(EventLoop& loop, net::Descriptor pipe,
                      std::size_t limit) {
  if (!pipe) return {};
  return Ref(*new Stream(loop, std::move(pipe), std::nullopt, limit));
}

/// Waits until all has come, and leaves it where it is.
Coroutine<> fill(Ref<Stream> stream) {
  if (!stream) co_return;
  StreamInput& input = stream->input();
  while (!input.at_end()) co_await input.wait_for_data("communicate");
}

}  // namespace

ProcessState::ProcessState(EventLoop& loop, Spawned spawned, std::size_t limit)
    : loop_(&loop), child_(std::move(spawned.child)) {
  for (std::size_t fd = 0; fd < pipes_.size(); ++fd) {
    pipes_[fd] = stream_on(loop, std::move(spawned.pipes[fd]), limit);
  }
  if (child_.fd() < 0) return;
  loop.add_reader(child_.fd(), [this] { on_end(); });
  loop.tell_at_close(*this);
}

Stream& ProcessState::pipe(int fd) const {
  constexpr std::array k_names{"stdin", "stdout", "stderr"};
  const auto index = static_cast<std::size_t>(fd);
  if (pipes_.at(index)) return *pipes_.at(index);
  throw RuntimeError(std::string(k_names.at(index)) + " is not a pipe");
}

// [region communicate]
// What is written goes out by itself, and the pipe is closed after it. What
// comes stays in the streams until all is there: whoever is cancelled before
// leaves it to the next one.
Coroutine<ProcessState::Output> ProcessState::communicate(
    Ref<ProcessState> process, std::string input) {
  process->feed(input);
  co_await gather(fill(process->pipes_[STDOUT_FILENO]),
                  fill(process->pipes_[STDERR_FILENO]));
  co_await wait(process);
  co_return Output(process->take(STDOUT_FILENO), process->take(STDERR_FILENO));
}

void ProcessState::feed(const std::string& input) const {
  if (!pipes_[STDIN_FILENO] && input.empty()) return;
  Stream& stream = pipe(STDIN_FILENO);
  stream.write(std::as_bytes(std::span(input)));
  stream.close();
}

std::string ProcessState::take(int fd) const {
  const Ref<Stream>& stream = pipes_.at(static_cast<std::size_t>(fd));
  if (!stream) return {};
  stream->close();
  ByteQueue& buffer = stream->input().buffer();
  return buffer.pop(buffer.size());
}
// [end communicate]

// [region end]
Coroutine<int> ProcessState::wait(Ref<ProcessState> process) {
  while (!process->returncode()) {
    Waiter waiter(process->waiters_, "Process");
    co_await waiter;
  }
  co_return *process->returncode();
}

void ProcessState::on_end() {
  if (child_.reap()) finish();
}

void ProcessState::on_loop_close() noexcept {
  child_.kill();
  finish();
}

void ProcessState::finish() noexcept {
  loop_->remove_reader(child_.fd());
  child_.close();
  leave();
  waiters_.wake_all();
  if (references() == 0) delete this;
}

// With the last handle. A child that runs is still to be reaped, by `on_end`.
void ProcessState::die() noexcept {
  pipes_ = {};
  if (child_.fd() < 0) delete this;
}
// [end end]

}  // namespace asyncio
