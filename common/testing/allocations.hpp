// Who asks the heap, and how often; and what happens when it has no more. It
// replaces the operators new and delete: for one source file of a program.
#pragma once

#include <malloc.h>

#include <cstddef>
#include <cstdlib>
#include <new>

namespace tests {

/// What this thread asks the heap for.
struct Allocations {
  static inline constinit thread_local std::size_t count = 0;
  static inline constinit thread_local std::size_t least_size = 0;  // smaller ones don't count
  static inline constinit thread_local std::size_t fails_at = 0;    // this one; zero: none
  static inline constinit thread_local std::ptrdiff_t bytes = 0;    // taken and not given back
};

/// How often `call` asks the heap, for so many bytes or more.
template <typename Call>
std::size_t allocations_of(Call call, std::size_t least_size = 0) {
  Allocations::least_size = least_size;
  const std::size_t before = Allocations::count;
  call();
  Allocations::least_size = 0;
  return Allocations::count - before;
}

/// While it lives, the n-th allocation of this thread from here on fails.
class FailingAllocation {
 public:
  explicit FailingAllocation(std::size_t n) noexcept {
    Allocations::fails_at = Allocations::count + n;
  }
  FailingAllocation(const FailingAllocation&) = delete;
  FailingAllocation& operator=(const FailingAllocation&) = delete;
  ~FailingAllocation() { Allocations::fails_at = 0; }

  [[nodiscard]] bool has_failed() const noexcept {
    return Allocations::count >= Allocations::fails_at;
  }
};

}  // namespace tests

// Not inline: GCC takes a `free` that it sees at the end of a `new` for a
// mistake.
[[gnu::noinline]] void* operator new(std::size_t size) {
  using tests::Allocations;
  if (size >= Allocations::least_size && ++Allocations::count == Allocations::fails_at) {
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(size)) {
    Allocations::bytes += static_cast<std::ptrdiff_t>(::malloc_usable_size(memory));
    return memory;
  }
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  tests::Allocations::bytes -= static_cast<std::ptrdiff_t>(::malloc_usable_size(memory));
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  operator delete(memory);
}
