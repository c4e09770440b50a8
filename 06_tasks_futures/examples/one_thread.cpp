// Ten thousand tasks, and the threads in which they run: one.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/run.hpp"
#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/asyncio/waiting/gather.hpp"

namespace {

using namespace std::chrono_literals;
using asyncio::Coroutine;

using Threads = std::set<std::thread::id>;

std::string threads_of_process() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (word != "Threads:" && status >> word) continue;
  status >> word;
  return word;
}

Coroutine<> note_thread(Threads& threads) {
  threads.insert(std::this_thread::get_id());
  co_await asyncio::sleep(0s);
  threads.insert(std::this_thread::get_id());
}

Coroutine<> async_main() {
  Threads threads;
  std::vector<Coroutine<>> notes;
  for (int i = 0; i < 10'000; ++i) notes.push_back(note_thread(threads));
  co_await asyncio::gather(std::move(notes));
  std::printf("threads in which 10000 tasks ran: %zu\n", threads.size());
  std::printf("threads of the process: %s\n", threads_of_process().c_str());
}

}  // namespace

int main() {
  asyncio::run(async_main());
}
