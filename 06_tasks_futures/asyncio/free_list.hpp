// Memory for what comes and goes all the time: frames, tasks, futures, handles.
// What was freed is kept for the next of its size, so that a server that has
// warmed up asks the heap for nothing.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace asyncio {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool k_keeps_freed = false;  // let it see each use after free
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool k_keeps_freed = false;
#else
inline constexpr bool k_keeps_freed = true;
#endif
#else
inline constexpr bool k_keeps_freed = true;
#endif

/// The free blocks of one thread, by size: up to 512 bytes each, at most 256 of
/// a size. Larger ones, and those in excess, go back to the heap. A block may
/// be freed in another thread than it was taken in.
class FreeList {
 public:
  /// At least `size` bytes, aligned as by operator new. Throws std::bad_alloc.
  static void* take(std::size_t size) {
    const std::size_t place = place_of(size);
    if (place >= k_sizes) return ::operator new(size);
    List& list = t_lists[place];
    if (!list.first) return ::operator new(rounded(size));
    ++list.room;
    return std::exchange(list.first, list.first->next);
  }

  /// Takes back what `take` gave for the same size.
  static void give_back(void* memory, std::size_t size) noexcept {
    const std::size_t place = place_of(size);
    if (place >= k_sizes) return ::operator delete(memory);
    List& list = t_lists[place];
    if (list.room == 0 && !make_room(list)) return ::operator delete(memory);
    --list.room;
    list.first = ::new (memory) Block{list.first};
  }

 private:
  struct Block {
    Block* next;
  };
  struct List {
    Block* first = nullptr;
    unsigned room = 0;       // for how many more
    bool is_in_use = false;  // it has had room
  };
  class Emptier;

  // Sixteen apart, and eight more: what malloc(3) has room for without waste.
  static constexpr std::size_t k_step = 16;
  static constexpr std::size_t k_sizes = k_keeps_freed ? 32 : 0;
  static constexpr unsigned k_longest = 256;

  static constexpr std::size_t place_of(std::size_t size) noexcept {
    return (size + 7) / k_step;
  }
  static constexpr std::size_t rounded(std::size_t size) noexcept {
    return place_of(size) * k_step + 8;
  }
  static bool make_room(List& list) noexcept;

  static constinit thread_local std::array<List, k_sizes + 1> t_lists;
};

/// For classes whose objects live in the free list; those that are aligned more
/// than operator new does by itself live in the heap.
class FromFreeList {
 public:
  static void* operator new(std::size_t size) { return FreeList::take(size); }
  static void operator delete(void* memory, std::size_t size) noexcept {
    FreeList::give_back(memory, size);
  }
  static void* operator new(std::size_t size, std::align_val_t alignment) {
    return ::operator new(size, alignment);
  }
  static void operator delete(void* memory,
                              std::align_val_t alignment) noexcept {
    ::operator delete(memory, alignment);
  }
};

}  // namespace asyncio
