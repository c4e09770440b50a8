// To run several at once, and get what all of them came to.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "06_tasks_futures/asyncio/awaitable.hpp"
#include "06_tasks_futures/asyncio/outcome.hpp"

namespace asyncio {

/// Says that exceptions are to stand among the results.
struct ReturnExceptions {};
inline constexpr ReturnExceptions return_exceptions;

/// The part of a gathering future that does not know what its children come to.
/// Each child has a callback, which keeps the gathering future alive. The other
/// way round there is nothing to keep alive: a child that nobody can end any
/// more may die.
class Gathering {
 public:
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;

 protected:
  Gathering(FutureBase& outer, bool returns_exceptions) noexcept
      : outer_(outer), returns_exceptions_(returns_exceptions) {}
  ~Gathering() = default;

  void reserve(std::size_t n) { children_.reserve(n); }
  void add(FutureBase& child);
  /// Nothing happens before. Some may be done.
  void all_added();
  /// Cancels the children; the gathering future ends when they have.
  bool cancel_children(const std::string& message);

  [[nodiscard]] std::size_t size() const noexcept { return children_.size(); }
  /// Those that have not ended.
  void visit_children(const FutureVisitor& visit);
  /// It has ended, and is known here no more.
  [[nodiscard]] Ref<FutureBase> take_child(std::size_t place) noexcept {
    return std::move(children_[place].done);
  }

 private:
  class Callback;
  struct Child {
    FutureBase* future;    // until its end; null if it has died before
    Ref<FutureBase> done;  // from its end on
  };

  /// All have ended as they should: sets the result.
  virtual void collect() = 0;

  void attach(std::size_t place, FutureBase& child);
  bool cancel_child(std::size_t place, const std::string& message);
  void on_done(std::size_t place);
  static std::exception_ptr cancellation_of(FutureBase& child);
  void finish_cancelled();

  FutureBase& outer_;
  std::vector<Child> children_;
  std::size_t done_ = 0;
  const bool returns_exceptions_;
  bool is_cancel_requested_ = false;
};

/// What stands for a result of T. In a tuple that is a T; `void` is nothing to
/// hold, and a vector holds no references.
struct GatheredValue {
  static constexpr bool k_returns_exceptions = false;

  template <typename T>
  using InTuple = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
  template <typename T>
  using InVector =
      std::conditional_t<std::is_reference_v<T>,
                         std::reference_wrapper<std::remove_reference_t<T>>,
                         InTuple<T>>;

  template <typename T>
  static InTuple<T> of(FutureState<T>& done) {
    if constexpr (std::is_void_v<T>) {
      return done.take(), std::monostate();
    } else {
      return done.take();
    }
  }
};

/// The same, also of what failed.
struct GatheredOutcome {
  static constexpr bool k_returns_exceptions = true;

  template <typename T>
  using InTuple = Outcome<T>;
  template <typename T>
  using InVector = Outcome<T>;

  template <typename T>
  static Outcome<T> of(FutureState<T>& done) {
    return outcome_of(done);
  }
};

/// The future that `gather` gives. It knows how to make a Result of what the
/// children came to.
template <typename Slot, typename Result>
class GatheringFuture : public FutureState<Result>, protected Gathering {
 public:
  explicit GatheringFuture(EventLoop& loop)
      : FutureState<Result>(loop),
        Gathering(*this, Slot::k_returns_exceptions) {}

  void visit_futures(const FutureVisitor& visit) override {
    visit_children(visit);
  }
  bool cancel(const std::string& message) override {
    return cancel_children(message);
  }

 protected:
  template <typename T>
  decltype(auto) slot_of(std::size_t place) {
    const Ref<FutureBase> child = take_child(place);
    return Slot::of(static_cast<FutureState<T>&>(*child));
  }
};

/// Of children of several types.
template <typename Slot, typename... Ts>
class TupleGathering final
    : public GatheringFuture<
          Slot, std::tuple<typename Slot::template InTuple<Ts>...>> {
 public:
  using Result = std::tuple<typename Slot::template InTuple<Ts>...>;
  using GatheringFuture<Slot, Result>::GatheringFuture;

  void start(const std::tuple<Future<Ts>...>& children) {
    this->reserve(sizeof...(Ts));
    std::apply(
        [this](const auto&... child) { (this->add(child.state()), ...); },
        children);
    this->all_added();
  }

 private:
  void collect() override { collect_at(std::index_sequence_for<Ts...>()); }

  template <std::size_t... places>
  void collect_at(std::index_sequence<places...> /*all*/) {
    this->set_result(Result{this->template slot_of<Ts>(places)...});
  }
};

/// Of any number of children of one type.
template <typename Slot, typename T>
class VectorGathering final
    : public GatheringFuture<Slot,
                             std::vector<typename Slot::template InVector<T>>> {
 public:
  using Result = std::vector<typename Slot::template InVector<T>>;
  using GatheringFuture<Slot, Result>::GatheringFuture;

  void start(const std::vector<Future<T>>& children) {
    this->reserve(children.size());
    for (const Future<T>& child : children) this->add(child.state());
    this->all_added();
  }

 private:
  void collect() override {
    Result results;
    results.reserve(this->size());
    for (std::size_t place = 0; place < this->size(); ++place) {
      results.push_back(this->template slot_of<T>(place));
    }
    this->set_result(std::move(results));
  }
};

/// Starts a Gathering of `children`, in `loop`, or in the one that runs.
template <typename Gathering, typename Children>
Future<typename Gathering::Result> gather_children(EventLoop* loop,
                                                   const Children& children) {
  auto& gathering = *new Gathering(loop ? *loop : get_running_loop());
  Future<typename Gathering::Result> outer(gathering);
  gathering.start(children);
  return outer;
}

/// The future of `awaitable`, in the loop of those before it.
template <typename A>
Future<AwaitResult<A>> gathered(EventLoop*& loop, A&& awaitable) {
  Future<AwaitResult<A>> future =
      ensure_future(std::forward<A>(awaitable), loop);
  loop = &future.get_loop();
  return future;
}

template <typename Slot, typename... As>
auto gather_all(As&&... awaitables) {
  EventLoop* loop = nullptr;
  const std::tuple<Future<AwaitResult<As>>...> children{
      gathered(loop, std::forward<As>(awaitables))...};
  return gather_children<TupleGathering<Slot, AwaitResult<As>...>>(loop,
                                                                   children);
}

template <typename Slot, typename Range>
auto gather_range(Range&& awaitables) {
  using T = AwaitResult<Element<Range>>;
  EventLoop* loop = nullptr;
  std::vector<Future<T>> children;
  for (auto&& awaitable : awaitables) {
    children.push_back(
        gathered(loop, static_cast<Element<Range>&&>(awaitable)));
  }
  return gather_children<VectorGathering<Slot, T>>(loop, children);
}

/// Runs all at once, from the next turn on, and comes to a tuple of their
/// results, in their order; of a range, to a vector. What is no future becomes
/// a task. `void` counts as std::monostate. The first exception is that of the
/// whole; the others run on, and what they come to is lost. So it is if one is
/// cancelled: then that is a CancelledError. Whoever cancels the whole cancels
/// all. If a future is given twice and its result cannot be copied, the second
/// place is moved from. Throws RuntimeError if no loop runs, ValueError if the
/// futures are of several.
template <BecomesFuture... As>
auto gather(As&&... awaitables) {
  return gather_all<GatheredValue>(std::forward<As>(awaitables)...);
}
template <BecomeFutures Range>
auto gather(Range&& awaitables) {
  return gather_range<GatheredValue>(std::forward<Range>(awaitables));
}

/// The same, but waits for all, whatever they come to, and gives Outcomes.
template <BecomesFuture... As>
auto gather(ReturnExceptions /*tag*/, As&&... awaitables) {
  return gather_all<GatheredOutcome>(std::forward<As>(awaitables)...);
}
template <BecomeFutures Range>
auto gather(ReturnExceptions /*tag*/, Range&& awaitables) {
  return gather_range<GatheredOutcome>(std::forward<Range>(awaitables));
}

}  // namespace asyncio
