// Two threads add to one counter. No interpreter's lock stands between them, so
// "read it, add one, write it back" loses counts.
#include <atomic>
#include <cstdio>
#include <latch>
#include <mutex>
#include <thread>

namespace {

constexpr int k_times = 100'000;
constexpr int k_rounds = 1'000;

// [region counters]
// Each access is atomic; the two together are not.
void add_unguarded(std::atomic<int>& counter) {
  for (int i = 0; i < k_times; ++i) counter.store(counter.load() + 1);
}

void add_guarded(std::atomic<int>& counter) {
  static std::mutex mutex;
  for (int i = 0; i < k_times; ++i) {
    const std::lock_guard lock(mutex);
    counter.store(counter.load() + 1);
  }
}
// [end counters]

using Add = void (*)(std::atomic<int>&);

bool loses_counts(Add add) {
  std::atomic<int> counter = 0;
  std::latch start(2);
  const auto count = [&] {
    start.arrive_and_wait();
    add(counter);
  };
  std::thread other(count);
  count();
  other.join();
  return counter < 2 * k_times;
}

// A loss needs the two threads to meet, which a busy machine may put off.
bool ever_loses_counts(Add add) {
  for (int round = 0; round < k_rounds; ++round) {
    if (loses_counts(add)) return true;
  }
  return false;
}

}  // namespace

int main() {
  std::printf("without a lock, counts are lost: %s\n",
              ever_loses_counts(add_unguarded) ? "yes" : "no");
  std::printf("with a lock, counts are lost: %s\n",
              loses_counts(add_guarded) ? "yes" : "no");
}
