// Statements that need neither future nor task.
#include <utility>

#include "06_tasks_futures/asyncio/sleep.hpp"
#include "06_tasks_futures/oracle/interpreter.hpp"

namespace oracle {
namespace {

std::string note(Interpreter&, Actor&, const Statement& each) {
  return each.operand(1);
}

std::string do_return(Interpreter&, Actor& actor, const Statement& each) {
  actor.returned = std::stoi(each.operand(1));
  return each.operand(1);
}

std::string raise(Interpreter&, Actor&, const Statement& each) {
  throw Error(each.operand(1));
}

std::string raise_cancelled(Interpreter&, Actor&, const Statement& each) {
  if (each.words.size() > 1) throw asyncio::CancelledError(each.operand(1));
  throw asyncio::CancelledError();
}

std::string raise_timeout(Interpreter&, Actor&, const Statement&) {
  throw asyncio::TimeoutError();
}

std::string reraise(Interpreter&, Actor& actor, const Statement&) {
  if (actor.caught) std::rethrow_exception(actor.caught);
  return "nothing";
}

asyncio::Coroutine<std::string> sleep(Interpreter&, Actor&,
                                      const Statement& each) {
  co_await asyncio::sleep(duration_of(each.operand(1)).value());
  co_return "none";
}

asyncio::Coroutine<std::string> call(Interpreter& in, Actor& actor,
                                     const Statement& each) {
  if (in.is_enough()) co_return "enough";
  co_return described(
      co_await in.coroutine(each.operand(1), actor.task, actor.groups));
}

asyncio::Coroutine<> repeat(Interpreter& in, Actor& actor,
                            const Statement& each) {
  const int times = std::stoi(each.operand(1));
  for (int i = 0; i < times && !actor.returned; ++i) {
    co_await in.run(actor, each.block);
  }
}

const Statement* clause_for(const Statement& each,
                            const std::exception_ptr& error) {
  for (const Statement& clause : each.clauses) {
    if (clause.name() == "catch" && is_caught(error, clause.operand(1))) {
      return &clause;
    }
  }
  return nullptr;
}

asyncio::Coroutine<std::exception_ptr> run_clause(Interpreter& in, Actor& actor,
                                                  const Statement& clause,
                                                  std::exception_ptr error) {
  in.write(actor.who, clause.text, error);
  const std::exception_ptr outer = std::exchange(actor.caught, error);
  std::exception_ptr next = co_await in.error_of(actor, clause.block);
  actor.caught = outer;
  co_return next;
}

asyncio::Coroutine<std::exception_ptr> finish(Interpreter& in, Actor& actor,
                                              const Statement& each) {
  const std::optional<int> returned = std::exchange(actor.returned, {});
  std::exception_ptr error;
  for (const Statement& clause : each.clauses) {
    if (clause.name() != "finally") continue;
    error = co_await in.error_of(actor, clause.block);
  }
  actor.returned = returned;
  co_return error;
}

asyncio::Coroutine<> do_try(Interpreter& in, Actor& actor,
                            const Statement& each) {
  std::exception_ptr error = co_await in.error_of(actor, each.block);
  const Statement* clause = error ? clause_for(each, error) : nullptr;
  if (clause) error = co_await run_clause(in, actor, *clause, error);
  const std::exception_ptr last = co_await finish(in, actor, each);
  if (last) error = last;
  if (error) std::rethrow_exception(error);
}

}  // namespace

void add_plain(Vocabulary& vocabulary) {
  vocabulary.acts.insert({{"note", note},
                          {"return", do_return},
                          {"raise", raise},
                          {"raise_cancelled", raise_cancelled},
                          {"raise_timeout", raise_timeout},
                          {"reraise", reraise}});
  vocabulary.waits.insert({{"sleep", sleep}, {"call", call}});
  vocabulary.scopes.insert({{"repeat", repeat}, {"try", do_try}});
}

}  // namespace oracle
