# `cmake --install build/release --component client --prefix PREFIX`: the C++ client library for
# find_package(quartet). Not part of a plain install: a machine that only serves needs none of it.
include(CMakePackageConfigHelpers)
set(package_dir lib/cmake/quartet)
set_target_properties(quartet_client PROPERTIES EXPORT_NAME client)
set_target_properties(quartet_proto PROPERTIES EXPORT_NAME proto)
install(TARGETS quartet_client quartet_proto EXPORT quartet
  ARCHIVE COMPONENT client EXCLUDE_FROM_ALL)
install(FILES client/library/client.h client/library/client_options.h
  DESTINATION include/quartet COMPONENT client EXCLUDE_FROM_ALL)
install(EXPORT quartet NAMESPACE quartet:: FILE quartetTargets.cmake
  DESTINATION "${package_dir}" COMPONENT client EXCLUDE_FROM_ALL)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/quartetConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES cmake/quartetConfig.cmake "${CMAKE_BINARY_DIR}/quartetConfigVersion.cmake"
  DESTINATION "${package_dir}" COMPONENT client EXCLUDE_FROM_ALL)
