// Statements that wait for several, or for one and the time.
#include <algorithm>
#include <utility>

#include "06_tasks_futures/asyncio/waiting/as_completed.hpp"
#include "06_tasks_futures/asyncio/waiting/shield.hpp"
#include "06_tasks_futures/asyncio/waiting/wait.hpp"
#include "06_tasks_futures/asyncio/waiting/wait_for.hpp"
#include "06_tasks_futures/oracle/interpreter.hpp"

namespace oracle {
namespace {

using Numbers = std::vector<asyncio::Future<int>>;

Words words_from(const Statement& each, std::ptrdiff_t first) {
  return Words(each.words.begin() + first, each.words.end());
}

bool is_body(const std::string& item) {
  return item.front() == 'b';
}

/// Slots that have the future of a number.
struct Filled {
  std::vector<std::string> slots;
  std::vector<const Node*> nodes;
};

Filled filled(Interpreter& in, const Words& slots) {
  Filled found;
  for (const std::string& slot : slots) {
    const Node* node = in.number_node(slot);
    if (!node) continue;
    found.slots.push_back(slot);
    found.nodes.push_back(node);
  }
  return found;
}

bool would_wait_for_itself(Interpreter& in, const Actor& actor,
                           const Words& slots) {
  return std::ranges::any_of(filled(in, slots).nodes, [&](const Node* node) {
    return in.must_not_wait(actor, *node);
  });
}

/// What gather is given: coroutines, if there is nothing else.
struct Children {
  std::vector<std::string> names;
  std::vector<asyncio::Coroutine<int>> coroutines;
  Numbers futures;
};

void add_body(Interpreter& in, const std::string& item, bool as_task,
              Children& children) {
  if (in.is_enough()) return;
  children.names.push_back(in.name('t'));
  asyncio::Coroutine<int> body =
      in.coroutine(item.substr(1), children.names.back());
  if (as_task) {
    children.futures.push_back(in.loop().create_task(std::move(body)));
    in.keep_alive(children.futures.back());
  } else {
    children.coroutines.push_back(std::move(body));
  }
}

Children children_of(Interpreter& in, const Words& items) {
  const bool is_mixed = !std::ranges::all_of(items, is_body);
  Children children;
  for (const std::string& item : items) {
    if (is_body(item)) {
      add_body(in, item, is_mixed, children);
    } else if (const Node* node = in.number_node(item)) {
      children.names.push_back(node->name());
      children.futures.push_back(*node->number());
    }
  }
  return children;
}

Node::Future gathered(const std::string& mode, Children children) {
  if (!children.coroutines.empty()) {
    if (mode == "raise") return asyncio::gather(std::move(children.coroutines));
    return asyncio::gather(asyncio::return_exceptions,
                           std::move(children.coroutines));
  }
  if (mode == "raise") return asyncio::gather(children.futures);
  return asyncio::gather(asyncio::return_exceptions, children.futures);
}

asyncio::Coroutine<std::string> gather(Interpreter& in, Actor& actor,
                                       const Statement& each) {
  const Words items = words_from(each, 2);
  if (would_wait_for_itself(in, actor, items)) co_return "cycle";
  Children children = children_of(in, items);
  const Waits waits(in, actor, children.names);
  const Node outer("g", gathered(each.operand(1), std::move(children)));
  if (const Node::Numbers* all = outer.numbers()) {
    co_return described(co_await *all);
  }
  co_return described(co_await *outer.outcomes());
}

std::string gather_to(Interpreter& in, Actor&, const Statement& each) {
  Children children = children_of(in, words_from(each, 3));
  std::string name = in.name('g');
  in.waits_of(name) = children.names;
  return in.keep(std::move(name),
                 gathered(each.operand(2), std::move(children)),
                 each.operand(1));
}

asyncio::Coroutine<std::string> shield(Interpreter& in, Actor&,
                                       const Statement& each) {
  const Node* node = in.number_node(each.operand(1));
  if (!node) co_return "nothing";
  co_return described(co_await asyncio::shield(*node->number()));
}

std::string shield_to(Interpreter& in, Actor&, const Statement& each) {
  Node* node = in.number_node(each.operand(2));
  if (!node) return "nothing";
  const asyncio::Future<int> inner = *node->number();
  if (!inner.done()) {
    return in.keep(in.name('s'), asyncio::shield(inner), each.operand(1));
  }
  in.put(each.operand(1), *node);  // it is what shield gives
  return asyncio::shield(inner) == inner ? node->name() : "another";
}

asyncio::WaitOptions options_of(const Statement& each) {
  asyncio::WaitOptions options;
  options.timeout = duration_of(each.operand(2));
  if (each.operand(1) == "first") {
    options.return_when = asyncio::ReturnWhen::first_completed;
  } else if (each.operand(1) == "exception") {
    options.return_when = asyncio::ReturnWhen::first_exception;
  }
  return options;
}

std::string slots_in(const Filled& all, const Numbers& some) {
  std::string text;
  for (std::size_t i = 0; i < all.slots.size(); ++i) {
    const bool is_in =
        std::ranges::find(some, *all.nodes[i]->number()) != some.end();
    if (is_in) text += " " + all.slots[i];
  }
  return text;
}

/// What failed is not to be told at the end.
void retrieve(const Numbers& futures) {
  for (const asyncio::Future<int>& future : futures) {
    if (future.done()) future.state().set_retrieved();
  }
}

asyncio::Coroutine<asyncio::WaitResult<asyncio::Future<int>>> wait_and_retrieve(
    Numbers futures, asyncio::WaitOptions options) {
  try {
    auto result = co_await asyncio::wait(futures, options);
    retrieve(futures);
    co_return result;
  } catch (...) {
    retrieve(futures);
    throw;
  }
}

asyncio::Coroutine<std::string> wait(Interpreter& in, Actor&,
                                     const Statement& each) {
  const Filled all = filled(in, words_from(each, 3));
  if (all.nodes.empty()) co_return "nothing";
  Numbers futures;
  for (const Node* node : all.nodes) futures.push_back(*node->number());
  const asyncio::WaitResult<asyncio::Future<int>> result =
      co_await wait_and_retrieve(std::move(futures), options_of(each));
  co_return "done" + slots_in(all, result.done) + " pending" +
      slots_in(all, result.pending);
}

asyncio::Coroutine<std::string> wait_for(Interpreter& in, Actor& actor,
                                         const Statement& each) {
  const std::string& item = each.operand(2);
  if (would_wait_for_itself(in, actor, {item})) co_return "cycle";
  const auto limit = duration_of(each.operand(1));
  if (is_body(item)) {
    if (in.is_enough()) co_return "enough";
    co_return described(co_await asyncio::wait_for(
        in.coroutine(item.substr(1), actor.task), limit));
  }
  const Node* node = in.number_node(item);
  if (!node) co_return "nothing";
  const Waits waits(in, actor, {node->name()});
  const asyncio::Future<int> future = *node->number();
  co_return described(co_await asyncio::wait_for(future, limit));
}

/// One at most that is done: nobody knows which of several comes first.
Numbers with_one_done(const Filled& all) {
  Numbers futures;
  Numbers done;
  for (const Node* node : all.nodes) {
    (node->number()->done() ? done : futures).push_back(*node->number());
  }
  if (!done.empty()) futures.insert(futures.begin(), done.front());
  return futures;
}

asyncio::Coroutine<bool> write_next(Interpreter& in, Actor& actor,
                                    Completed& completed) {
  try {
    const asyncio::Future<int>* next = co_await completed.next();
    if (!next) co_return false;
    in.write(actor.who, "as_completed", described(next->result()));
  } catch (const std::exception&) {
    in.write(actor.who, "as_completed", std::current_exception());
  }
  co_return true;
}

asyncio::Coroutine<std::string> as_completed(Interpreter& in, Actor& actor,
                                             const Statement& each) {
  Numbers futures = with_one_done(filled(in, words_from(each, 2)));
  if (futures.empty()) co_return "nothing";
  // Python's keeps its timer if it is left early; so it must not die before.
  Completed& completed = *in.completed().emplace_back(new Completed(
      asyncio::as_completed(std::move(futures), duration_of(each.operand(1)))));
  while (co_await write_next(in, actor, completed)) {
  }
  co_return "end";
}

}  // namespace

void add_combined(Vocabulary& vocabulary) {
  vocabulary.acts.insert({{"gather_to", gather_to}, {"shield_to", shield_to}});
  vocabulary.waits.insert({{"gather", gather},
                           {"shield", shield},
                           {"wait", wait},
                           {"wait_for", wait_for},
                           {"as_completed", as_completed}});
}

}  // namespace oracle
