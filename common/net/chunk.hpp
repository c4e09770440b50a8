// What a server holds of a client's bytes: at most one borrowed buffer, and
// none while it waits.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

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
  Chunk(Chunk&& other) noexcept;
  Chunk& operator=(Chunk&& other) noexcept;
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
  ~Chunk();

  /// An empty chunk with a buffer to receive into; without one if there is no
  /// memory left.
  [[nodiscard]] static Chunk borrow() noexcept;

  /// The whole buffer, to be filled from its beginning; then say `fill(n)`.
  /// Empty if there is none.
  [[nodiscard]] std::span<std::byte> space() noexcept {
    return {buffer_.get(), buffer_ ? k_capacity : 0};
  }
  void fill(std::size_t n) noexcept { begin_ = 0, end_ = n; }

  /// The bytes that are still to be sent.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
    return {buffer_.get() + begin_, end_ - begin_};
  }
  /// Forgets the first `n` of them: they have been sent.
  void drop_front(std::size_t n) noexcept { begin_ += n; }

  /// True while bytes are left.
  explicit operator bool() const noexcept { return begin_ != end_; }

 private:
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace net
