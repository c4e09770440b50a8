// A call in another process of the same program: there too a function has the
// address that it has here.
#pragma once

#include <bit>
#include <cstdint>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

#include "06_tasks_futures/asyncio/process_pool/marshal.hpp"

namespace asyncio {

/// What becomes a pointer to a function: one, or a lambda that captures
/// nothing.
template <typename Function>
concept PlainFunction = requires(const std::decay_t<Function>& function) {
  requires std::is_function_v<std::remove_pointer_t<decltype(+function)>>;
};

/// A parameter that a function has of its own: what it changes is not changed
/// here.
template <typename Parameter>
concept OwnParameter = !std::is_lvalue_reference_v<Parameter> ||
                       std::is_const_v<std::remove_reference_t<Parameter>>;

/// Reads a function and its arguments, calls it, and writes what it returns.
template <typename Result, typename... Parameters>
void make_call(Unmarshaller& call, Marshaller& answer) {
  using Function = Result (*)(Parameters...);
  const auto function = std::bit_cast<Function>(call.read<std::uintptr_t>());
  std::tuple<std::decay_t<Parameters>...> arguments{
      call.read<std::decay_t<Parameters>>()...};  // in braces, in this order
  if constexpr (std::is_void_v<Result>) {
    std::apply(function, std::move(arguments));
  } else {
    answer.write<Result>(std::apply(function, std::move(arguments)));
  }
}

/// What asks for `function(arguments...)`, and says who knows how to make it.
template <typename Result, typename... Parameters>
Bytes request_of(Result (*function)(Parameters...),
                 const std::decay_t<Parameters>&... arguments) {
  static_assert((OwnParameter<Parameters> && ...),
                "what a reference refers to stays in this process: const T&");
  static_assert((Marshallable<std::decay_t<Parameters>> && ...),
                "an argument must be trivially copyable and point nowhere "
                "(string_view and span do), a string, or a vector of these");
  static_assert(std::is_void_v<Result> || Marshallable<Result>,
                "a result must be trivially copyable and point nowhere "
                "(string_view and span do), a string, or a vector of these");
  Marshaller request;
  request.write(
      std::bit_cast<std::uintptr_t>(&make_call<Result, Parameters...>));
  request.write(std::bit_cast<std::uintptr_t>(function));
  (request.write(arguments), ...);
  return std::move(request).finish();
}

/// Makes the call that `request` asks for, writes out what it printed, and
/// gives the answer: what it returned, or threw. Throws std::bad_alloc.
[[nodiscard]] Bytes answer_to(const Bytes& request);

/// Reads how the call ended. Throws what it threw.
void check_ending(Unmarshaller& answer);

/// What the call returned. Throws what it threw; std::bad_alloc if the answer
/// is empty, since the other process had no memory for one.
template <typename Result>
Result result_of(const Bytes& answer) {
  if (answer.empty()) throw std::bad_alloc();
  Unmarshaller reader(answer);
  check_ending(reader);
  if constexpr (!std::is_void_v<Result>) return reader.read<Result>();
}

}  // namespace asyncio
