#include "06_tasks_futures/asyncio/streams/stream_writer.hpp"

#include "06_tasks_futures/asyncio/sleep.hpp"

namespace asyncio {
namespace {

// A writer that is closing lets the others run, so that whoever writes in a
// loop is told.
Coroutine<> drain_of(Ref<Stream> stream) {
  const std::exception_ptr& error = stream->input().error();
  if (error) std::rethrow_exception(error);
  if (stream->is_closing()) co_await sleep(Clock::duration::zero());
  co_await stream->output().drain();
}

}  // namespace

void StreamWriter::write(std::string_view bytes) const {
  write(std::as_bytes(std::span(bytes)));
}

Coroutine<> StreamWriter::drain() const {
  return drain_of(stream_);
}

Coroutine<> StreamWriter::wait_closed() const {
  return Stream::wait_closed(stream_);
}

}  // namespace asyncio
