// Statements about queues of numbers.
#include "06_tasks_futures/oracle/interpreter.hpp"

namespace oracle {
namespace {

AnyQueue& queue(Interpreter& in, const Statement& each) {
  const auto number = static_cast<std::size_t>(std::stoi(each.operand(1)));
  return *in.shared().queues.at(number);
}
int value_of(const Statement& each) {
  return std::stoi(each.operand(2));
}

asyncio::Coroutine<std::string> put(Interpreter& in, Actor&,
                                    const Statement& each) {
  co_await queue(in, each).put(value_of(each));
  co_return "none";
}

asyncio::Coroutine<std::string> get(Interpreter& in, Actor&,
                                    const Statement& each) {
  co_return described(co_await queue(in, each).get());
}

asyncio::Coroutine<std::string> join(Interpreter& in, Actor&,
                                     const Statement& each) {
  co_await queue(in, each).join();
  co_return "none";
}

std::string put_nowait(Interpreter& in, Actor&, const Statement& each) {
  queue(in, each).put_nowait(value_of(each));
  return "none";
}

std::string get_nowait(Interpreter& in, Actor&, const Statement& each) {
  return described(queue(in, each).get_nowait());
}

std::string task_done(Interpreter& in, Actor&, const Statement& each) {
  queue(in, each).task_done();
  return "none";
}

std::string size(Interpreter& in, Actor&, const Statement& each) {
  return described(queue(in, each).size());
}

std::string shutdown(Interpreter& in, Actor&, const Statement& each) {
  queue(in, each).shutdown(each.operand(2) == "now");
  return "none";
}

}  // namespace

void add_queues(Vocabulary& vocabulary) {
  vocabulary.acts.insert({{"queue.put_nowait", put_nowait},
                          {"queue.get_nowait", get_nowait},
                          {"queue.task_done", task_done},
                          {"queue.size", size},
                          {"queue.shutdown", shutdown}});
  vocabulary.waits.insert(
      {{"queue.put", put}, {"queue.get", get}, {"queue.join", join}});
}

}  // namespace oracle
