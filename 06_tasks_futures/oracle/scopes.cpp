// Statements with a block, and something at its end: timeouts, groups, locks.
#include <utility>

#include "06_tasks_futures/asyncio/waiting/task_group.hpp"
#include "06_tasks_futures/asyncio/waiting/timeout.hpp"
#include "06_tasks_futures/oracle/interpreter.hpp"

namespace oracle {
namespace {

/// Waits for the block, and writes what came of it.
asyncio::Coroutine<> told(Interpreter& in, Actor& actor, const Statement& each,
                          asyncio::Coroutine<std::string> block) {
  try {
    const std::string outcome = co_await std::move(block);
    in.write(actor.who, each.text, outcome);
  } catch (...) {
    in.write(actor.who, each.text, std::current_exception());
    throw;
  }
}

asyncio::Coroutine<> acquire(Interpreter& in, const std::string& kind,
                             std::size_t number) {
  if (kind == "lock") return in.shared().locks.at(number).acquire();
  if (kind == "condition") return in.shared().conditions.at(number).acquire();
  return in.shared().semaphores.at(number)->acquire();
}

void release(Interpreter& in, const std::string& kind, std::size_t number) {
  if (kind == "lock") return in.shared().locks.at(number).release();
  if (kind == "condition") return in.shared().conditions.at(number).release();
  in.shared().semaphores.at(number)->release();
}

// Not `scoped`: a program may have released it meanwhile.
asyncio::Coroutine<std::string> run_with(Interpreter& in, Actor& actor,
                                         const Statement& each) {
  const std::string& kind = each.operand(1);
  const auto number = static_cast<std::size_t>(std::stoi(each.operand(2)));
  co_await acquire(in, kind, number);
  in.write(actor.who, each.text, "held");
  const std::exception_ptr error = co_await in.error_of(actor, each.block);
  release(in, kind, number);
  if (error) std::rethrow_exception(error);
  co_return "left";
}

asyncio::Coroutine<> with(Interpreter& in, Actor& actor,
                          const Statement& each) {
  return told(in, actor, each, run_with(in, actor, each));
}

asyncio::Coroutine<std::string> run_timeout(Interpreter& in, Actor& actor,
                                            const Statement& each) {
  const auto delay = duration_of(each.operand(1));
  asyncio::Timeout timeout = delay ? asyncio::Timeout(in.loop().time() + *delay)
                                   : asyncio::Timeout(std::nullopt);
  actor.timeouts.push_back(&timeout);
  try {
    co_await timeout.run(
        [&](asyncio::Timeout&) { return in.run(actor, each.block); });
  } catch (...) {
    actor.timeouts.pop_back();
    throw;
  }
  actor.timeouts.pop_back();
  co_return described(timeout.expired());
}

asyncio::Coroutine<> timeout(Interpreter& in, Actor& actor,
                             const Statement& each) {
  return told(in, actor, each, run_timeout(in, actor, each));
}

std::string reschedule(Interpreter& in, Actor& actor, const Statement& each) {
  if (actor.timeouts.empty()) return "nothing";
  const auto delay = duration_of(each.operand(1));
  if (delay) {
    actor.timeouts.back()->reschedule(in.loop().time() + *delay);
  } else {
    actor.timeouts.back()->reschedule(std::nullopt);
  }
  return "none";
}

std::string expired(Interpreter&, Actor& actor, const Statement&) {
  if (actor.timeouts.empty()) return "nothing";
  return described(actor.timeouts.back()->expired());
}

asyncio::Coroutine<> run_in_group(Interpreter& in, Actor& actor,
                                  const Block& block,
                                  asyncio::TaskGroup& group) {
  actor.groups.push_back(&group);
  co_await in.run(actor, block);
}

asyncio::Coroutine<std::string> run_group(Interpreter& in, Actor& actor,
                                          const Statement& each) {
  const std::vector<asyncio::TaskGroup*> outer = actor.groups;
  const auto block = [&](asyncio::TaskGroup& group) {
    return run_in_group(in, actor, each.block, group);
  };
  try {
    co_await asyncio::task_group(block);
  } catch (...) {
    actor.groups = outer;
    throw;
  }
  actor.groups = outer;
  co_return "left";
}

asyncio::Coroutine<> group(Interpreter& in, Actor& actor,
                           const Statement& each) {
  return told(in, actor, each, run_group(in, actor, each));
}

std::string spawn_in(Interpreter& in, Actor& actor, const Statement& each) {
  if (in.is_enough() || actor.groups.empty()) return "nothing";
  asyncio::TaskGroup* its_group = actor.groups.back();
  std::string name = in.name('t');
  asyncio::Coroutine<int> body =
      in.coroutine(each.operand(2), name, {its_group});
  asyncio::Task<int> task = its_group->create_task(std::move(body));
  return in.keep(std::move(name), std::move(task), each.operand(1));
}

}  // namespace

void add_scopes(Vocabulary& vocabulary) {
  vocabulary.acts.insert({{"reschedule", reschedule},
                          {"expired", expired},
                          {"spawn_in", spawn_in}});
  vocabulary.scopes.insert(
      {{"with", with}, {"timeout", timeout}, {"group", group}});
}

}  // namespace oracle
