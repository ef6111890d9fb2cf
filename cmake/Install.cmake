# `cmake --install build/release --prefix PREFIX`: what a machine that only serves needs, in one
# folder that may be moved as a whole. Debian's libraries come from the system.
install(TARGETS quartet-server quartet quartet_encoder)
# Not torch_python, and nothing of the wheel that only Python loads.
install(IMPORTED_RUNTIME_ARTIFACTS torch::torch_cpu torch::c10)
install(FILES "${torch_root}/lib/libgomp.so.1" TYPE LIB)
install(FILES LICENSE DESTINATION licenses/quartet)
file(GLOB torch_licenses "${torch_root}-*.dist-info/licenses")
install(DIRECTORY "${torch_licenses}/" DESTINATION licenses/torch)
