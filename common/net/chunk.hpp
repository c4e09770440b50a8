// What a server holds of a client's bytes: at most one borrowed buffer, and
// none while it waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace net {

/// A borrowed buffer of 64 KiB with the bytes that came and are not yet sent.
/// Move-only. A chunk is borrowed when there is something to receive and goes
/// back to the process's pool when it dies, so that an idle connection costs no
/// buffer. Threads may borrow and give back at the same time.
class Chunk {
 public:
  static constexpr std::size_t k_capacity = 64 * 1024;

  /// Empty and without a buffer: what `receive` gives at the end of the stream.
  Chunk() = default;
  Chunk(Chunk&& other) noexcept
      : buffer_(std::move(other.buffer_)),
        begin_(std::exchange(other.begin_, 0)),
        end_(std::exchange(other.end_, 0)) {}
  Chunk& operator=(Chunk&& other) noexcept {
    buffer_ = std::move(other.buffer_);  // gives back what was ours
    begin_ = std::exchange(other.begin_, 0);
    end_ = std::exchange(other.end_, 0);
    return *this;
  }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
  ~Chunk() = default;

  /// An empty chunk with a buffer to receive into; without one if there is no
  /// memory left.
  [[nodiscard]] static Chunk borrow() noexcept;

  /// The whole buffer, to be filled from its beginning; then say `fill(n)`.
  /// Empty if there is none.
  [[nodiscard]] std::span<std::byte> space() noexcept {
    return {buffer_.get(), buffer_ ? k_capacity : 0};
  }
  void fill(std::size_t n) noexcept {
    begin_ = 0, end_ = static_cast<std::uint32_t>(n);
  }

  /// The bytes that are still to be sent.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
    return {buffer_.get() + begin_, buffer_.get() + end_};
  }
  /// Forgets the first `n` of them: they have been sent.
  void drop_front(std::size_t n) noexcept {
    begin_ += static_cast<std::uint32_t>(n);
  }

  /// True while bytes are left.
  explicit operator bool() const noexcept { return begin_ != end_; }

 private:
  struct GiveBack {
    void operator()(std::byte* buffer) const noexcept;
  };

  std::unique_ptr<std::byte[], GiveBack> buffer_;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
};

// Whoever waits has room for some of them, whether there are bytes or not.
static_assert(sizeof(Chunk) <= 16);

}  // namespace net
