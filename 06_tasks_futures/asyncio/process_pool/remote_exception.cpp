#include "06_tasks_futures/asyncio/process_pool/remote_exception.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <new>
#include <string>
#include <system_error>
#include <typeinfo>

#include "06_tasks_futures/asyncio/debugging/type_name.hpp"

namespace asyncio {
namespace {

/// What is told of an exception.
struct Told {
  std::size_t kind = 0;
  std::string text;
  int code = 0;
};

template <typename Error>
std::exception_ptr make(const Told& told) {
  if constexpr (std::constructible_from<Error, std::string>) {
    return std::make_exception_ptr(Error(told.text));
  } else {
    return std::make_exception_ptr(Error());
  }
}

template <const std::error_category& (*category)() noexcept>
std::exception_ptr make_system_error(const Told& told) {
  const std::error_code code(told.code, category());
  return std::make_exception_ptr(told.text.empty()
                                     ? std::system_error(code)
                                     : std::system_error(code, told.text));
}

/// A type that comes back.
struct Kind {
  const std::type_info* type;
  std::exception_ptr (*make)(const Told& told);
};

template <typename... Errors>
constexpr std::array<Kind, sizeof...(Errors)> kinds_of() {
  return {Kind{&typeid(Errors), &make<Errors>}...};
}

// Those of <stdexcept> and of exceptions.hpp say what they are told; the other
// ones always say the same.
constexpr auto k_kinds =
    kinds_of<RemoteError, BrokenProcessPool, RuntimeError, ValueError,
             InvalidStateError, TimeoutError, BaseException, CancelledError,
             KeyboardInterrupt, GeneratorExit, std::logic_error,
             std::invalid_argument, std::domain_error, std::length_error,
             std::out_of_range, std::runtime_error, std::range_error,
             std::overflow_error, std::underflow_error, std::exception,
             std::bad_exception, std::bad_alloc, std::bad_array_new_length,
             std::bad_cast, std::bad_typeid>();
constexpr std::size_t k_generic_error = k_kinds.size();
constexpr std::size_t k_system_error = k_kinds.size() + 1;

/// Which one it is; if it is none, as many as there are.
std::size_t kind_of(const std::type_info& type) noexcept {
  const auto kind = std::ranges::find_if(
      k_kinds, [&](const Kind& each) { return *each.type == type; });
  return static_cast<std::size_t>(kind - k_kinds.begin());
}

Told told_by(const std::type_info& type, const std::string& what) {
  const std::size_t kind = kind_of(type);
  if (kind < k_kinds.size()) return {kind, what};
  const std::string name = type_name(type);
  return {kind_of(typeid(RemoteError)),
          what.empty() ? name : name + ": " + what};
}

// system_error adds what the code means to the text: so that is taken off.
Told told_by(const std::system_error& error, std::size_t kind) {
  std::string text = error.what();
  const std::string meaning = error.code().message();
  const std::size_t kept = text.size() - std::min(text.size(), meaning.size());
  text.resize(kept - std::min<std::size_t>(kept, 2));  // and ": "
  return {kind, text, error.code().value()};
}

// The category's address need not be the same there, nor need it exist.
Told told_by(const std::type_info& type, const std::system_error& error) {
  const std::error_category& category = error.code().category();
  if (type == typeid(std::system_error)) {
    if (category == std::generic_category()) {
      return told_by(error, k_generic_error);
    }
    if (category == std::system_category()) {
      return told_by(error, k_system_error);
    }
  }
  return told_by(type, error.what());
}

Told told_by_current() {
  const std::type_info& type = *abi::__cxa_current_exception_type();
  try {
    throw;
  } catch (const std::system_error& error) {
    return told_by(type, error);
  } catch (const std::exception& error) {
    const char* what = error.what();
    return told_by(type, what ? what : "");
  } catch (const BaseException& error) {
    return told_by(type, error.what());
  } catch (...) {
    return told_by(type, "");
  }
}

}  // namespace

void write_exception(Marshaller& answer) {
  const Told told = told_by_current();
  answer.write(told.kind);
  answer.write(told.text);
  answer.write(told.code);
}

std::exception_ptr read_exception(Unmarshaller& answer) {
  Told told;
  told.kind = answer.read<std::size_t>();
  told.text = answer.read<std::string>();
  told.code = answer.read<int>();
  if (told.kind < k_kinds.size()) return k_kinds[told.kind].make(told);
  if (told.kind == k_generic_error) {
    return make_system_error<&std::generic_category>(told);
  }
  return make_system_error<&std::system_category>(told);
}

}  // namespace asyncio
