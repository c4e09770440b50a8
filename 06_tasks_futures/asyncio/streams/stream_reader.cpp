#include "06_tasks_futures/asyncio/streams/stream_reader.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace asyncio {
namespace {

std::string text_of(std::size_t partial, std::optional<std::size_t> expected) {
  return std::to_string(partial) + " bytes read on a total of " +
         (expected ? std::to_string(*expected) : "undefined") +
         " expected bytes";
}

// Each keeps the stream alive by itself: whoever awaits may have let it go.

// [region read]
Coroutine<std::string> read_some(Ref<Stream> stream, std::size_t n) {
  StreamInput& input = stream->input();
  if (n > 0 && input.buffer().empty()) co_await input.wait_for_data("read");
  co_return input.buffer().pop(n);
}

Coroutine<std::string> read_all(Ref<Stream> stream) {
  StreamInput& input = stream->input();
  while (!input.at_end()) co_await input.wait_for_data("read");
  co_return input.buffer().pop(input.buffer().size());
}

Coroutine<std::string> read_exactly(Ref<Stream> stream, std::size_t n) {
  StreamInput& input = stream->input();
  ByteQueue& buffer = input.buffer();
  while (buffer.size() < n) {
    if (input.at_end()) {
      throw IncompleteReadError(buffer.pop(buffer.size()), n);
    }
    co_await input.wait_for_data("readexactly");
  }
  co_return buffer.pop(n);
}
// [end read]

// [region readuntil]
/// Looks for a separator in what has come, and never twice at the same place.
class Search {
 public:
  Search(std::string separator, std::size_t limit)
      : separator_(std::move(separator)), limit_(limit) {
    if (!separator_.empty()) return;
    throw ValueError("Separator should be at least one-byte string");
  }

  /// Where it ends, if it is there. Throws LimitOverrunError.
  std::optional<std::size_t> end_in(std::string_view bytes) {
    const std::size_t begin = bytes.find(separator_, begin_);
    if (begin != std::string_view::npos) {
      check(begin, "Separator is found, but chunk is longer than limit");
      return begin + separator_.size();
    }
    // Its beginning may have come already.
    begin_ = bytes.size() - std::min(bytes.size(), separator_.size() - 1);
    check(begin_, "Separator is not found, and chunk exceed the limit");
    return std::nullopt;
  }

 private:
  void check(std::size_t consumed, const char* message) const {
    if (consumed > limit_) throw LimitOverrunError(message, consumed);
  }

  std::string separator_;
  std::size_t limit_;
  std::size_t begin_ = 0;
};

Coroutine<std::string> read_until(Ref<Stream> stream, std::string separator) {
  StreamInput& input = stream->input();
  ByteQueue& buffer = input.buffer();
  Search search(std::move(separator), stream->limit());
  while (true) {
    if (const auto end = search.end_in(buffer.view())) {
      co_return buffer.pop(*end);
    }
    if (input.at_end()) {
      throw IncompleteReadError(buffer.pop(buffer.size()), std::nullopt);
    }
    co_await input.wait_for_data("readuntil");
  }
}
// [end readuntil]

void drop_line(ByteQueue& buffer, std::size_t consumed) noexcept {
  const bool is_found = buffer.view().substr(consumed).starts_with('\n');
  buffer.drop(is_found ? consumed + 1 : buffer.size());
}

Coroutine<std::string> read_line(Ref<Stream> stream) {
  try {
    co_return co_await read_until(stream, "\n");
  } catch (const IncompleteReadError& error) {
    co_return error.partial();
  } catch (const LimitOverrunError& error) {
    drop_line(stream->input().buffer(), error.consumed());
    throw ValueError(error.what());
  }
}

AsyncGenerator<std::string> lines_of(StreamReader reader) {
  while (true) {
    std::string line = co_await reader.readline();
    if (line.empty()) co_return;
    co_yield line;
  }
}

}  // namespace

IncompleteReadError::IncompleteReadError(std::string partial,
                                         std::optional<std::size_t> expected)
    : std::runtime_error(text_of(partial.size(), expected)),
      partial_(std::move(partial)),
      expected_(expected) {}

Coroutine<std::string> StreamReader::read(std::size_t n) const {
  return read_some(stream_, n);
}

Coroutine<std::string> StreamReader::read() const {
  return read_all(stream_);
}

Coroutine<std::string> StreamReader::readexactly(std::size_t n) const {
  return read_exactly(stream_, n);
}

Coroutine<std::string> StreamReader::readuntil(std::string separator) const {
  return read_until(stream_, std::move(separator));
}

Coroutine<std::string> StreamReader::readline() const {
  return read_line(stream_);
}

AsyncGenerator<std::string> StreamReader::lines() const {
  return lines_of(*this);
}

bool StreamReader::at_eof() const noexcept {
  return stream_->input().at_end() && stream_->input().buffer().empty();
}

}  // namespace asyncio
