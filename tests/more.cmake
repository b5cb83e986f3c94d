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

relearn_test(unit_support SOURCES unit/support/spec_runner_test.cpp LINKS spec_runner)
