// What the tests of generators share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "05_coroutines/generator.hpp"

namespace coroutines {

using Log = std::vector<std::string>;

/// Not a std::exception.
struct CustomError {
  int number;
};

/// What `call` says when it throws an Error.
template <typename Error>
std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

/// Yields 1 and 2, and tells what it does.
inline Generator<int> one_two(Log& log) {
  log.emplace_back("begins");
  co_yield 1;
  log.emplace_back("goes on");
  co_yield 2;
  log.emplace_back("ends");
}

}  // namespace coroutines
