#include "06_tasks_futures/asyncio/streams/stream.hpp"

#include <sys/stat.h>

#include <exception>
#include <utility>

namespace asyncio {
namespace {

bool is_pipe(const net::Descriptor& descriptor) noexcept {
  struct stat status{};
  return ::fstat(descriptor.get(), &status) == 0 && S_ISFIFO(status.st_mode);
}

}  // namespace

Stream::Stream(EventLoop& loop, net::Descriptor descriptor,
               std::optional<net::Address> peer, std::size_t limit)
    : loop_(&loop),
      descriptor_(std::move(descriptor)),
      peer_(peer),
      limit_(limit),
      input_(loop, descriptor_.get()),
      output_(loop, descriptor_.get(), *this) {
  if (limit == 0) throw ValueError("Limit cannot be <= 0");
  loop.check_open();
  loop.descriptors().keep(descriptor_.get());
  loop.tell_at_close(*this);
}

void Stream::write_eof() {
  output_.end_of_file();
  if (is_pipe(descriptor_)) close();
}

// [region close]
void Stream::close() noexcept {
  if (std::exchange(is_closing_, true)) return;
  if (output_.size() == 0) return finish();
  is_flushing_ = true;
  retain();
}

void Stream::on_flushed() noexcept {
  if (output_.error()) closers_.wake_all();
  if (is_closing_) finish();
}

void Stream::abort() noexcept {
  is_closing_ = true;
  finish();
}

void Stream::finish() noexcept {
  if (!descriptor_) return;
  input_.end();
  output_.end();
  loop_->descriptors().release(descriptor_.get());
  descriptor_.close();
  leave();
  closers_.wake_all();
  if (observer_) std::exchange(observer_, nullptr)->on_closed(*this);
  if (std::exchange(is_flushing_, false)) release();
}

// With the last reader or writer. If something is still to be sent, `close`
// keeps it alive.
void Stream::die() noexcept {
  close();
  if (!is_flushing_) delete this;
}
// [end close]

Coroutine<> Stream::wait_closed(Ref<Stream> stream) {
  if (stream->descriptor_ && !stream->output_.error()) {
    Waiter waiter(stream->closers_, "StreamWriter");
    co_await waiter;
  }
  const std::exception_ptr& error = stream->output_.error();
  if (error) std::rethrow_exception(error);
}

std::optional<std::string> Stream::extra_info(std::string_view name) const {
  if (name == "peername" && peer_) return net::to_string(*peer_);
  if (name == "sockname" && peer_ && descriptor_) {
    return net::to_string(net::local_address(descriptor_.get()));
  }
  return std::nullopt;
}

}  // namespace asyncio
