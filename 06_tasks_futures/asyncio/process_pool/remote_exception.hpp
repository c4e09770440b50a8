// How exceptions come back from another process of the same program.
#pragma once

#include <exception>
#include <stdexcept>

#include "06_tasks_futures/asyncio/exceptions.hpp"
#include "06_tasks_futures/asyncio/process_pool/marshal.hpp"

namespace asyncio {

/// What a call in another process threw, if its type is not one of those that
/// come back: the type's plain name, and what it said: `MyError: no`.
class RemoteError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The process that made a call, or was to make it, is gone.
class BrokenProcessPool : public RuntimeError {
 public:
  using RuntimeError::RuntimeError;
};

/// Writes down the exception that is being handled. Only in a `catch`.
void write_exception(Marshaller& answer);

/// What was written down. It is of the same type, and says the same, if that is
/// one of <stdexcept>, <new>, <typeinfo>, exceptions.hpp or this file, or a
/// std::system_error of the generic or the system category. All others are
/// RemoteErrors. Throws what Unmarshaller::read does.
[[nodiscard]] std::exception_ptr read_exception(Unmarshaller& answer);

}  // namespace asyncio
