// Statements about tasks and futures, and what the loop calls.
#include <utility>

#include "06_tasks_futures/oracle/interpreter.hpp"

namespace oracle {
namespace {

std::string message_of(const Statement& each) {
  return each.words.size() > 2 ? each.operand(2) : "";
}

std::string spawn(Interpreter& in, Actor&, const Statement& each) {
  if (in.is_enough()) return "enough";
  std::string name = in.name('t');
  asyncio::Task<int> task =
      in.loop().create_task(in.coroutine(each.operand(2), name));
  return in.keep(std::move(name), std::move(task), each.operand(1));
}

std::string cancel(Interpreter& in, Actor& actor, const Statement& each) {
  const Node* node = in.node(each.operand(1), actor);
  return node ? described(node->any().cancel(message_of(each))) : "nothing";
}

std::string uncancel(Interpreter& in, Actor& actor, const Statement& each) {
  const Node* node = in.node(each.operand(1), actor);
  return node && node->task() ? described(node->task()->uncancel()) : "nothing";
}

std::string cancelling(Interpreter& in, Actor& actor, const Statement& each) {
  const Node* node = in.node(each.operand(1), actor);
  if (!node || !node->task()) return "nothing";
  return described(node->task()->cancelling());
}

std::string look(Interpreter& in, Actor& actor, const Statement& each) {
  const Node* node = in.node(each.operand(1), actor);
  return node ? state_of(node->any()) : "nothing";
}

std::string result_of(const Node& node) {
  if (node.number()) return described(node.number()->result());
  if (node.numbers()) return described(node.numbers()->result());
  return described(node.outcomes()->result());
}

std::string result(Interpreter& in, Actor& actor, const Statement& each) {
  const Node* node = in.node(each.operand(1), actor);
  return node ? result_of(*node) : "nothing";
}

std::string exception(Interpreter& in, Actor& actor, const Statement& each) {
  const Node* node = in.node(each.operand(1), actor);
  if (!node) return "nothing";
  const std::exception_ptr error = node->any().exception();
  return listed({error ? described(error) : "none"});
}

std::string set_result(Interpreter& in, Actor& actor, const Statement& each) {
  const Node* node = in.node(each.operand(1), actor);
  if (!node || !node->is_bare()) return "nothing";
  node->number()->set_result(std::stoi(each.operand(2)));
  return "none";
}

std::string set_exception(Interpreter& in, Actor& actor,
                          const Statement& each) {
  const Node* node = in.node(each.operand(1), actor);
  if (!node || !node->is_bare()) return "nothing";
  node->number()->set_exception(Error(each.operand(2)));
  return "none";
}

asyncio::Coroutine<std::string> await_node(const Node& node) {
  if (node.number()) {
    const int number = co_await *node.number();
    co_return described(number);
  }
  if (node.numbers()) {
    const std::vector<int>& numbers = co_await *node.numbers();
    co_return described(numbers);
  }
  const std::vector<asyncio::Outcome<int>>& outcomes =
      co_await *node.outcomes();
  co_return described(outcomes);
}

asyncio::Coroutine<std::string> await(Interpreter& in, Actor& actor,
                                      const Statement& each) {
  Node* node = in.node(each.operand(1), actor);
  if (!node) co_return "nothing";
  const bool is_itself = each.operand(1) == "me" && !node->has_awaited_itself;
  if (is_itself) {
    node->has_awaited_itself = true;
    co_return co_await await_node(*node);
  }
  if (in.must_not_wait(actor, *node)) co_return "cycle";
  const Waits waits(in, actor, {node->name()});
  co_return co_await await_node(*node);
}

std::string soon(Interpreter& in, Actor&, const Statement& each) {
  if (in.is_enough()) return "enough";
  const asyncio::Handle handle =
      in.loop().call_soon(in.callback(each.operand(2)));
  in.handles()[each.operand(1)] = [handle] { handle.cancel(); };
  return "none";
}

std::string later(Interpreter& in, Actor&, const Statement& each) {
  if (in.is_enough()) return "enough";
  const asyncio::TimerHandle handle = in.loop().call_later(
      duration_of(each.operand(2)).value(), in.callback(each.operand(3)));
  in.handles()[each.operand(1)] = [handle] { handle.cancel(); };
  return "none";
}

std::string cancel_handle(Interpreter& in, Actor&, const Statement& each) {
  const auto handle = in.handles().find(each.operand(1));
  if (handle == in.handles().end()) return "nothing";
  handle->second();
  return "none";
}

std::string on_done(Interpreter& in, Actor& actor, const Statement& each) {
  const Node* node = in.node(each.operand(1), actor);
  if (!node || in.is_enough()) return "nothing";
  if (node->number()) {
    in.on_done(*node->number(), each.operand(2));
  } else if (node->numbers()) {
    in.on_done(*node->numbers(), each.operand(2));
  } else {
    in.on_done(*node->outcomes(), each.operand(2));
  }
  return "none";
}

}  // namespace

void add_futures(Vocabulary& vocabulary) {
  vocabulary.acts.insert({{"spawn", spawn},
                          {"cancel", cancel},
                          {"uncancel", uncancel},
                          {"cancelling", cancelling},
                          {"look", look},
                          {"result", result},
                          {"exception", exception},
                          {"set_result", set_result},
                          {"set_exception", set_exception}});
  vocabulary.waits.insert({{"await", await}});
}

void add_callbacks(Vocabulary& vocabulary) {
  vocabulary.acts.insert({{"soon", soon},
                          {"later", later},
                          {"cancel_handle", cancel_handle},
                          {"on_done", on_done}});
}

}  // namespace oracle
