# A box is one folder of the tree as one static library. Its dependencies are PRIVATE unless its headers name them, so
# that an include that the architecture forbids finds no include directory or no symbol.
#
#   musicfleet_box(NAME SOURCES … [PUBLIC target …] [PRIVATE target …])

function(musicfleet_warnings target)
  # A warning stops whoever works on the code, not whoever only builds it: at -O3 gcc 12 warns of overlapping copies
  # inside its own std::string (gcc bug 105651).
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wnon-virtual-dtor $<$<NOT:$<CONFIG:Release>>:-Werror>)
endfunction()

function(musicfleet_box name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  musicfleet_warnings(${name})
endfunction()

# A program: its main() and the boxes that it wires together.
function(musicfleet_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  musicfleet_warnings(${name})
endfunction()

# What the sanitizer presets build: the tests that MUSICFLEET_TESTS_MATCHING chooses, and what these link.
add_custom_target(chosen_tests)

# One GoogleTest binary for one box; its tests are found by ctest under the box's name. They run in the top folder of the
# checkout and name their data from there: no path of this machine is compiled in, so two checkouts share the compiler cache.
function(musicfleet_test name)
  if(NOT name MATCHES "${MUSICFLEET_TESTS_MATCHING}")
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  musicfleet_program(${name} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK} GTest::gmock GTest::gtest_main)
  add_dependencies(chosen_tests ${name})
  set(properties TIMEOUT 1200)  # for a sanitizer on a busy machine
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  gtest_discover_tests(${name} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120
    TEST_PREFIX "${name}/" PROPERTIES ${properties})
endfunction()

# An imported target for a C library that comes without CMake files: pkg-config's `module`, or for the engine alone,
# which is built where there is no pkg-config, the
# header and library given by name.
function(musicfleet_pkg target module)  # [header library]
  if(NOT MUSICFLEET_ENGINE_ONLY)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(${target} REQUIRED IMPORTED_TARGET GLOBAL ${module})
    add_library(${target} ALIAS PkgConfig::${target})
    return()
  endif()
  find_path(${target}_INCLUDE ${ARGV2} REQUIRED)
  find_library(${target}_LIBRARY ${ARGV3} REQUIRED)
  add_library(${target} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION "${${target}_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${${target}_INCLUDE}")
endfunction()

# Makes `source_variable` a generated .cc that defines `symbol` (std::string_view, namespace musicfleet::embedded) as the
# text of `file`.
function(musicfleet_embed source_variable symbol file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(READ "${file}" EMBEDDED_TEXT)
  set(EMBEDDED_SYMBOL ${symbol})
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cc")
  configure_file("${CMAKE_SOURCE_DIR}/script/cmake/embedded.cc.in" "${generated}" @ONLY)
  set(${source_variable} "${generated}" PARENT_SCOPE)
endfunction()
