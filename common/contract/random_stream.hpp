// Random bytes without end, the same for the same seed: one stream says what to send, a second one
// what must come back, and nothing need be kept. (splitmix64, which never repeats in practice, so
// that exchanged chunks cannot look alike.)
#pragma once

#include <cstdint>
#include <string>

namespace contract {

class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::string next(std::size_t n) {
    std::string bytes(n, '\0');
    for (char& byte : bytes) {
      byte = next_byte();
    }
    return bytes;
  }

 private:
  char next_byte() {
    if (bytes_left_ == 0) refill();
    --bytes_left_;
    const char byte = static_cast<char>(word_ & 0xff);
    word_ >>= 8;
    return byte;
  }

  void refill() {
    state_ += 0x9e3779b97f4a7c15;
    word_ = state_;
    word_ = (word_ ^ (word_ >> 30)) * 0xbf58476d1ce4e5b9;
    word_ = (word_ ^ (word_ >> 27)) * 0x94d049bb133111eb;
    word_ ^= word_ >> 31;
    bytes_left_ = 8;
  }

  std::uint64_t state_;
  std::uint64_t word_ = 0;
  int bytes_left_ = 0;
};

}  // namespace contract
