# What the programs are made of, beside them: deploy/sbom/make_sbom.py.
set(sbom "${CMAKE_BINARY_DIR}/quartet.cdx.json")
add_custom_command(OUTPUT "${sbom}"
  COMMAND "${QUARTET_VENV}/bin/python" "${CMAKE_SOURCE_DIR}/deploy/sbom/make_sbom.py"
          --version "${PROJECT_VERSION}" --output "${sbom}"
          "$<TARGET_FILE:quartet-server>" "$<TARGET_FILE:quartet>"
  DEPENDS quartet-server quartet deploy/sbom/make_sbom.py deploy/sentencepiece.txt
  VERBATIM)
add_custom_target(quartet_sbom ALL DEPENDS "${sbom}")
install(FILES "${sbom}" TYPE DATA OPTIONAL)
