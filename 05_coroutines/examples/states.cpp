// The four states of a generator. That it is running only those can see whom it
// runs, such as itself.
#include <cstdio>
#include <optional>

#include "05_coroutines/generator.hpp"

namespace {

using coroutines::Generator;
using coroutines::None;
using coroutines::none;
using coroutines::State;

// [region states]
const char* name(State state) {
  switch (state) {
    case State::created: return "created";
    case State::running: return "running";
    case State::suspended: return "suspended";
    case State::closed: return "closed";
  }
  return "unknown";
}

using Looker = std::optional<Generator<None>>;

Generator<None> look_at(const Looker& itself) {
  std::puts(name(itself.value().state()));
  co_yield none;
}
// [end states]

}  // namespace

// [region main]
int main() {
  Looker looker;
  looker = look_at(looker);
  std::puts(name(looker->state()));
  looker->next();  // prints "running"
  std::puts(name(looker->state()));
  looker->close();
  std::puts(name(looker->state()));
}
// [end main]
