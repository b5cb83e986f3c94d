# What is more than "one folder, one program": the specifications, the laws of the house, and code
# that must not compile.

# tests/specs/*.cpp say what the commands mean; all other files there are the specifications.
file(GLOB spec_sources CONFIGURE_DEPENDS specs/*.cpp)
set(all_layers "")
foreach(line IN LISTS lines)
  string(REGEX MATCH "^[a-z_/]+" layer "${line}")
  string(REPLACE "/" "_" name ${layer})
  if(TARGET relearn_${name})
    list(APPEND all_layers relearn_${name})
  endif()
endforeach()
add_library(spec_runner STATIC support/spec_file.cpp support/spec_runner.cpp)
target_include_directories(spec_runner PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(spec_runner PUBLIC relearn_base)
relearn_test(specs SOURCES ${spec_sources}
             LINKS spec_runner ${all_layers} nlohmann_json::nlohmann_json)
target_compile_definitions(specs PRIVATE RELEARN_PROGRAM="$<TARGET_FILE:relearn>")
add_dependencies(specs relearn)

relearn_test(unit_support SOURCES unit/support/spec_runner_test.cpp LINKS spec_runner)

include(contracts/CMakeLists.txt)
include(faults/CMakeLists.txt)
include(parity/CMakeLists.txt)

# Whatever starts threads runs under the thread sanitizer too.
set_tests_properties(unit_base unit_http unit_learning_search unit_lifecycle_fetch
                     unit_service_access unit_service_child unit_storage_sqlite contracts
                     PROPERTIES LABELS threads)

if(RELEARN_SANITIZE)
  return()  # what follows runs nothing of ours
endif()

# Mistakes that must not compile, each with what the compiler has to say; and one control.
set(compile ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only -Wall -Werror -I${CMAKE_SOURCE_DIR}/src
    ${CMAKE_CURRENT_SOURCE_DIR}/must_not_compile/cases.cpp)
add_test(NAME must_compile COMMAND ${compile})
file(STRINGS must_not_compile/cases.txt cases REGEX "^[a-z_]+: ")
foreach(case IN LISTS cases)
  string(REGEX MATCH "^([a-z_]+): (.*)$" _ "${case}")
  set(name must_not_compile_${CMAKE_MATCH_1})
  set(message "${CMAKE_MATCH_2}")
  add_test(NAME ${name} COMMAND ${compile} -DCASE_${CMAKE_MATCH_1})
  set_tests_properties(${name} PROPERTIES PASS_REGULAR_EXPRESSION "${message}"
                       ENVIRONMENT LC_ALL=C)
endforeach()

# The laws of the house, and that each of them can be broken.
foreach(name IN ITEMS tidy tidy_test)
  add_test(NAME ${name} COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/tidy/${name}.py)
  set_tests_properties(${name} PROPERTIES LABELS house)
endforeach()

# The web app's own tests: its parts with typed fixtures, its languages, its paths.
add_test(NAME web COMMAND npm test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/web)
set_tests_properties(web PROPERTIES TIMEOUT 600)

# The same in a real browser against the real server; pictures are left in the build folder.
add_test(NAME browser
         COMMAND node ${CMAKE_CURRENT_SOURCE_DIR}/browser/walk.mjs $<TARGET_FILE:relearn>
                 ${CMAKE_BINARY_DIR}/browser)
set_tests_properties(browser PROPERTIES TIMEOUT 1800)

# What the documents show is what the program prints.
add_test(NAME examples
         COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/readme/examples.py
                 $<TARGET_FILE:relearn> ${CMAKE_SOURCE_DIR}/README.md)
set_tests_properties(examples PROPERTIES TIMEOUT 900)
