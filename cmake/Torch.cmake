# libtorch out of the Python wheel, as two imported targets and nothing else.
#
# The wheel's own TorchConfig.cmake also pulls in torch_python's world, MKL and a set of global
# flags; the server needs two libraries, one include path and the C++ ABI that the wheel was
# built with (the current one).
file(GLOB torch_roots "${QUARTET_VENV}/lib/python3.*/site-packages/torch")
if(NOT torch_roots)
  message(FATAL_ERROR "No libtorch under QUARTET_VENV=${QUARTET_VENV}. Run ./deploy/run.sh once; "
                      "it makes the environment.")
endif()
list(GET torch_roots 0 torch_root)

foreach(name c10 torch_cpu)
  add_library(torch::${name} SHARED IMPORTED)
  set_target_properties(torch::${name} PROPERTIES
    IMPORTED_LOCATION "${torch_root}/lib/lib${name}.so"
    INTERFACE_INCLUDE_DIRECTORIES
      "${torch_root}/include;${torch_root}/include/torch/csrc/api/include")
endforeach()
target_link_libraries(torch::torch_cpu INTERFACE torch::c10)

# Beside our libraries, as in an installation.
file(MAKE_DIRECTORY "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}")
foreach(file libc10.so libtorch_cpu.so libgomp.so.1)
  file(CREATE_LINK "${torch_root}/lib/${file}" "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/${file}" SYMBOLIC)
endforeach()
