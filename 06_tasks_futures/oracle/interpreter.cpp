#include "06_tasks_futures/oracle/interpreter.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "03_selectors_callbacks/selector.hpp"

namespace oracle {
namespace {

constexpr std::size_t k_most_lines = 400;  // of a trace
constexpr int k_most_runs = 50;            // of bodies and callbacks
// A binary fraction of a second for Python's floats, whole nanoseconds for us.
using Units = std::chrono::duration<int, std::ratio<1, 512>>;

/// No descriptor is ever ready. When nobody waits for a time either, the loop
/// stops.
class NoSelector final : public selectors::Selector {
 private:
  void add(int, selectors::Events) override {}
  void change(int, selectors::Events) override {}
  void remove(int) noexcept override {}
  void wait(Timeout timeout, std::vector<selectors::Report>&) override {
    if (!timeout) asyncio::get_running_loop().stop();
  }
};

const Vocabulary& vocabulary() {
  static const Vocabulary k_vocabulary = [] {
    Vocabulary all;
    for (const auto add : {add_plain, add_futures, add_callbacks, add_combined,
                           add_scopes, add_locks, add_queues}) {
      add(all);
    }
    return all;
  }();
  return k_vocabulary;
}

template <typename Meaning>
Meaning find(const std::map<std::string, Meaning>& meanings,
             const std::string& name) {
  const auto found = meanings.find(name);
  return found == meanings.end() ? nullptr : found->second;
}

std::string first_words(const std::string& text, int n) {
  std::size_t end = 0;
  while (n-- > 0 && end != std::string::npos) end = text.find(' ', end + 1);
  return text.substr(0, end);
}

}  // namespace

std::optional<asyncio::Clock::duration> duration_of(const std::string& units) {
  if (units == "-") return std::nullopt;
  return Units(std::stoi(units));
}

Interpreter::Interpreter(const Program& program)
    : program_(program),
      loop_(std::make_unique<NoSelector>(), asyncio::virtual_time) {
  loop_.set_exception_handler(
      [this](asyncio::EventLoop&, const asyncio::ExceptionContext& context) {
        write("loop", first_words(context.message, 3), context.exception);
      });
}

// The frames refer to all the rest.
Interpreter::~Interpreter() {
  is_over_ = true;
  loop_.close();
}

std::vector<std::string> Interpreter::run_all() {
  for (const Words& words : program_.shared) add_shared(words);
  std::string main = name('t');
  asyncio::Task<int> task = loop_.create_task(coroutine("0", main));
  keep(std::move(main), std::move(task), "main");
  loop_.run_forever();
  write("main", "quiet", "none");
  cancel_all();
  loop_.run_forever();
  write_states();
  write_unretrieved();
  return std::move(lines_);
}

void Interpreter::add_shared(const Words& words) {
  if (words.front() != "futures") return shared_.add(words);
  for (int slot = 0; slot < std::stoi(words.at(1)); ++slot) {
    keep(name('f'), loop_.create_future<int>(), std::to_string(slot));
  }
}

void Interpreter::cancel_all() {
  for (const Node& node : nodes_) {
    if (!node.task() || node.task()->done()) continue;
    write("main", "cancel " + node.name(), described(node.task()->cancel()));
  }
}

void Interpreter::write_states() {
  for (const Node& node : nodes_) {
    write("end", node.name(), state_of(node.any()));
  }
}

// What failed, and nobody asked, is told to the loop that runs where the last
// handle goes.
void Interpreter::write_unretrieved() {
  std::map<std::string, std::exception_ptr> told;
  asyncio::EventLoop last(std::make_unique<NoSelector>());
  last.set_exception_handler(
      [&](asyncio::EventLoop&, const asyncio::ExceptionContext& context) {
        told.emplace(released_, context.exception);
      });
  last.call_soon([this] { release_all(); });
  last.run_forever();
  for (const Node& node : nodes_) {
    const auto found = told.find(node.name());
    if (found == told.end()) continue;
    write("end", node.name() + " unretrieved", found->second);
  }
}

void Interpreter::release_all() {
  is_over_ = true;
  loop_.close();
  handles_.clear();
  completed_.clear();
  implicit_.clear();
  release_nodes();
  is_over_ = false;
}

// What is pending may own a gather, which owns those of its children that have
// ended: so in that order.
void Interpreter::release_nodes() {
  const auto release_if = [this](const auto& is_meant) {
    for (Node& node : nodes_) {
      if (node.is_released() || !is_meant(node)) continue;
      released_ = node.any().done() ? node.name() : "";
      node.release();
    }
  };
  release_if([](const Node& node) { return !node.any().done(); });
  release_if([](const Node& node) { return !node.number(); });
  release_if([](const Node&) { return true; });
}

void Interpreter::write(const std::string& who, const std::string& text,
                        const std::string& outcome) {
  add_line(who + " " + text + " = " + outcome);
}

void Interpreter::write(const std::string& who, const std::string& text,
                        const std::exception_ptr& error) {
  if (!error) return write(who, text, "none");
  add_line(who + " " + text + " ! " + described(error));
}

void Interpreter::add_line(const std::string& line) {
  if (is_over_) return;
  if (lines_.size() == k_most_lines) return loop_.stop();
  const auto now =
      std::chrono::duration_cast<Units>(loop_.time().time_since_epoch());
  lines_.push_back(std::to_string(now.count()) + " " + line);
}

std::string Interpreter::name(char letter) {
  return letter + std::to_string(++names_[letter]);
}

bool Interpreter::is_enough() const {
  const auto count = [this](char letter) {
    const auto found = names_.find(letter);
    return found == names_.end() ? 0 : found->second;
  };
  return count('c') + count('k') >= k_most_runs;
}

std::string Interpreter::keep(std::string name, Node::Future future,
                              const std::string& slot) {
  nodes_.emplace_back(std::move(name), std::move(future));
  put(slot, nodes_.back());
  return nodes_.back().name();
}

Node* Interpreter::node(const std::string& slot, const Actor& actor) {
  if (slot != "me") {
    const auto found = slots_.find(slot);
    return found == slots_.end() ? nullptr : found->second;
  }
  const auto found = std::ranges::find(nodes_, actor.task, &Node::name);
  return found == nodes_.end() ? nullptr : &*found;
}

Node* Interpreter::number_node(const std::string& slot) {
  const auto found = slots_.find(slot);
  if (found == slots_.end() || !found->second->number()) return nullptr;
  return found->second;
}

bool Interpreter::must_not_wait(const Actor& actor, const Node& node) const {
  return node.has_awaited_itself || reaches(node.name(), actor.task);
}

bool Interpreter::reaches(const std::string& start,
                          const std::string& end) const {
  if (start == end) return true;
  const auto waits = waits_.find(start);
  if (waits == waits_.end()) return false;
  return std::ranges::any_of(waits->second, [&](const std::string& each) {
    return reaches(each, end);
  });
}

Waits::~Waits() {
  for (const std::string& name : names_) {
    waits_.erase(std::ranges::find(waits_, name));
  }
}

asyncio::Coroutine<int> Interpreter::coroutine(
    const std::string& body, const std::string& task,
    std::vector<asyncio::TaskGroup*> groups) {
  Actor actor(name('c'), task);
  actor.groups = std::move(groups);
  const auto number = static_cast<std::size_t>(std::stoi(body));
  return run_body(std::move(actor), program_.bodies.at(number), body);
}

asyncio::Coroutine<int> Interpreter::run_body(Actor actor, const Block& block,
                                              std::string body) {
  write(actor.who, "body " + body, actor.task);
  if (const std::exception_ptr error = co_await error_of(actor, block)) {
    write(actor.who, "end", error);
    std::rethrow_exception(error);
  }
  const int value = actor.returned.value_or(std::stoi(actor.who.substr(1)));
  write(actor.who, "end", described(value));
  co_return value;
}

asyncio::Coroutine<std::exception_ptr> Interpreter::error_of(
    Actor& actor, const Block& block) {
  try {
    co_await run(actor, block);
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

asyncio::Coroutine<> Interpreter::run(Actor& actor, const Block& block) {
  for (const Statement& each : block) {
    co_await execute(actor, each);
    if (actor.returned) break;
  }
}

std::function<void()> Interpreter::callback(const std::string& number) {
  auto actor = std::make_shared<Actor>(name('k'));
  return [this, actor, number] { call(*actor, number, "none"); };
}

void Interpreter::call(Actor& actor, const std::string& number,
                       const std::string& state) {
  write(actor.who, "callback " + number, state);
  const auto place = static_cast<std::size_t>(std::stoi(number));
  for (const Statement& each : program_.callbacks.at(place)) {
    execute_now(actor, each);
    if (actor.returned) break;
  }
}

asyncio::Coroutine<> Interpreter::execute(Actor& actor, const Statement& each) {
  if (const Scope scope = find(vocabulary().scopes, each.name())) {
    co_await scope(*this, actor, each);
    co_return;
  }
  const Wait wait = find(vocabulary().waits, each.name());
  if (!wait) {
    execute_now(actor, each);
    co_return;
  }
  try {
    const std::string outcome = co_await wait(*this, actor, each);
    write(actor.who, each.text, outcome);
  } catch (...) {
    write(actor.who, each.text, std::current_exception());
    throw;
  }
}

void Interpreter::execute_now(Actor& actor, const Statement& each) {
  const Act act = find(vocabulary().acts, each.name());
  if (!act) throw std::logic_error("no such statement: " + each.text);
  try {
    write(actor.who, each.text, act(*this, actor, each));
  } catch (...) {
    write(actor.who, each.text, std::current_exception());
    throw;
  }
}

}  // namespace oracle
