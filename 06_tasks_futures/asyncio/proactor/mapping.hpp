// Memory that the program and the kernel share.
#pragma once

#include <sys/mman.h>
#include <sys/types.h>

#include <cstddef>

#include "common/net/system_call.hpp"

namespace asyncio::uring {

/// A piece of memory from mmap(2), given back when it dies. A forked child does
/// not get it: two who write into one ring would ruin it.
class Mapping {
 public:
  /// A part of what `fd` stands for; of nothing but zeros, if `fd` is -1.
  /// Throws std::system_error.
  explicit Mapping(std::size_t size, int fd = -1, off_t offset = 0)
      : size_(size), begin_(map(size, fd, offset)) {
    ::madvise(begin_, size_, MADV_DONTFORK);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { ::munmap(begin_, size_); }

  /// What lies `offset` bytes behind its beginning.
  template <typename T>
  [[nodiscard]] T* at(std::size_t offset) const noexcept {
    return reinterpret_cast<T*>(static_cast<std::byte*>(begin_) + offset);
  }

 private:
  static void* map(std::size_t size, int fd, off_t offset) {
    const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void* begin =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, offset);
    if (begin == MAP_FAILED) throw net::last_error("mmap");
    return begin;
  }

  std::size_t size_;
  void* begin_;
};

}  // namespace asyncio::uring
