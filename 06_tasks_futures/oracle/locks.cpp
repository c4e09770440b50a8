// Statements about locks, semaphores, events, conditions, barriers.
#include "06_tasks_futures/oracle/interpreter.hpp"

namespace oracle {
namespace {

std::size_t number_of(const Statement& each) {
  return static_cast<std::size_t>(std::stoi(each.operand(1)));
}
int second(const Statement& each) {
  return std::stoi(each.operand(2));
}

asyncio::Lock& lock(Interpreter& in, const Statement& each) {
  return in.shared().locks.at(number_of(each));
}
asyncio::Semaphore& semaphore(Interpreter& in, const Statement& each) {
  return *in.shared().semaphores.at(number_of(each));
}
asyncio::Event& event(Interpreter& in, const Statement& each) {
  return in.shared().events.at(number_of(each));
}
asyncio::Condition& condition(Interpreter& in, const Statement& each) {
  return in.shared().conditions.at(number_of(each));
}
asyncio::Barrier& barrier(Interpreter& in, const Statement& each) {
  return in.shared().barriers.at(number_of(each));
}

asyncio::Coroutine<std::string> lock_acquire(Interpreter& in, Actor&,
                                             const Statement& each) {
  co_await lock(in, each).acquire();
  co_return "true";
}
std::string lock_release(Interpreter& in, Actor&, const Statement& each) {
  lock(in, each).release();
  return "none";
}
std::string lock_locked(Interpreter& in, Actor&, const Statement& each) {
  return described(lock(in, each).locked());
}

asyncio::Coroutine<std::string> semaphore_acquire(Interpreter& in, Actor&,
                                                  const Statement& each) {
  co_await semaphore(in, each).acquire();
  co_return "true";
}
std::string semaphore_release(Interpreter& in, Actor&, const Statement& each) {
  semaphore(in, each).release();
  return "none";
}
std::string semaphore_locked(Interpreter& in, Actor&, const Statement& each) {
  return described(semaphore(in, each).locked());
}

asyncio::Coroutine<std::string> event_wait(Interpreter& in, Actor&,
                                           const Statement& each) {
  co_await event(in, each).wait();
  co_return "true";
}
std::string event_set(Interpreter& in, Actor&, const Statement& each) {
  event(in, each).set();
  return "none";
}
std::string event_clear(Interpreter& in, Actor&, const Statement& each) {
  event(in, each).clear();
  return "none";
}

asyncio::Coroutine<std::string> condition_wait(Interpreter& in, Actor&,
                                               const Statement& each) {
  co_await condition(in, each).wait();
  co_return "true";
}

asyncio::Coroutine<std::string> condition_wait_for(Interpreter& in, Actor&,
                                                   const Statement& each) {
  const int& number = in.shared().numbers.at(number_of(each));
  const auto is_reached = [&number, least = second(each)] {
    return number >= least;
  };
  co_return described(co_await condition(in, each).wait_for(is_reached));
}

std::string condition_notify(Interpreter& in, Actor&, const Statement& each) {
  condition(in, each).notify(second(each));
  return "none";
}
std::string condition_notify_all(Interpreter& in, Actor&,
                                 const Statement& each) {
  condition(in, each).notify_all();
  return "none";
}
std::string condition_add(Interpreter& in, Actor&, const Statement& each) {
  return described(in.shared().numbers.at(number_of(each)) += second(each));
}

asyncio::Coroutine<std::string> barrier_wait(Interpreter& in, Actor&,
                                             const Statement& each) {
  co_return described(co_await barrier(in, each).wait());
}
asyncio::Coroutine<std::string> barrier_reset(Interpreter& in, Actor&,
                                              const Statement& each) {
  co_await barrier(in, each).reset();
  co_return "none";
}
asyncio::Coroutine<std::string> barrier_abort(Interpreter& in, Actor&,
                                              const Statement& each) {
  co_await barrier(in, each).abort();
  co_return "none";
}
std::string barrier_look(Interpreter& in, Actor&, const Statement& each) {
  const asyncio::Barrier& it = barrier(in, each);
  return described(it.n_waiting()) + " " + described(it.broken());
}

}  // namespace

void add_locks(Vocabulary& vocabulary) {
  vocabulary.acts.insert({{"lock.release", lock_release},
                          {"lock.locked", lock_locked},
                          {"semaphore.release", semaphore_release},
                          {"semaphore.locked", semaphore_locked},
                          {"event.set", event_set},
                          {"event.clear", event_clear},
                          {"condition.notify", condition_notify},
                          {"condition.notify_all", condition_notify_all},
                          {"condition.add", condition_add},
                          {"barrier.look", barrier_look}});
  vocabulary.waits.insert({{"lock.acquire", lock_acquire},
                           {"semaphore.acquire", semaphore_acquire},
                           {"event.wait", event_wait},
                           {"condition.wait", condition_wait},
                           {"condition.wait_for", condition_wait_for},
                           {"barrier.wait", barrier_wait},
                           {"barrier.reset", barrier_reset},
                           {"barrier.abort", barrier_abort}});
}

}  // namespace oracle
