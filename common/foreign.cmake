# What others have made, to measure it beside ours: their tools and libraries, as Debian packages
# them, and how programs are built with these. All of it hangs on the target `peers`.

include_guard()
if(NOT TARGET peers)
  add_custom_target(peers)
endif()

find_path(ASIO_INCLUDE_DIR asio/awaitable.hpp)
find_program(GO_PROGRAM go)
find_program(CARGO_PROGRAM cargo)
mark_as_advanced(ASIO_INCLUDE_DIR GO_PROGRAM CARGO_PROGRAM)
set(crates /usr/share/cargo/registry)
file(GLOB tokio_crate ${crates}/tokio-1.*)

# use_asio(TARGET): the standalone one.
function(use_asio TARGET)
  target_include_directories(${TARGET} SYSTEM PRIVATE ${ASIO_INCLUDE_DIR})
  # The last two because asio 1.22 does not know that Clang has coroutines.
  target_compile_definitions(${TARGET} PRIVATE ASIO_STANDALONE ASIO_HAS_CO_AWAIT
                                               ASIO_HAS_STD_COROUTINE)
endfunction()

# build_with_go(OUTPUT SOURCE)
function(build_with_go OUTPUT SOURCE)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/${SOURCE})
  set(environment GO111MODULE=off GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-trimpath
                  GOCACHE=${OUTPUT}.cache)
  add_custom_command(OUTPUT ${OUTPUT} DEPENDS ${source} VERBATIM
    COMMAND ${CMAKE_COMMAND} -E env ${environment} ${GO_PROGRAM} build -o ${OUTPUT} ${source})
endfunction()

# build_with_cargo(OUTPUT PACKAGE): the folder PACKAGE has Cargo.toml and src/main.rs, and the program
# the name of OUTPUT. Cargo writes its lock beside Cargo.toml; hence the copy, which also says where
# the crates are.
function(build_with_cargo OUTPUT PACKAGE)
  set(package ${OUTPUT}.package)
  get_filename_component(name ${OUTPUT} NAME)
  configure_file(${PACKAGE}/Cargo.toml ${package}/Cargo.toml COPYONLY)
  configure_file(${PACKAGE}/src/main.rs ${package}/src/main.rs COPYONLY)
  file(CONFIGURE OUTPUT ${package}/.cargo/config.toml @ONLY CONTENT [[
[source.crates-io]
replace-with = "installed"
[source.installed]
directory = "@crates@"
]])
  add_custom_command(OUTPUT ${OUTPUT} WORKING_DIRECTORY ${package} VERBATIM
    DEPENDS ${package}/Cargo.toml ${package}/src/main.rs ${package}/.cargo/config.toml
    COMMAND ${CARGO_PROGRAM} build --release --offline --quiet --target-dir ${package}/target
    COMMAND ${CMAKE_COMMAND} -E copy ${package}/target/release/${name} ${OUTPUT})
endfunction()
