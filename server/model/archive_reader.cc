#include "model/archive_reader.h"

#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/mobile/file_format.h>

#include <string>

#include "model/vetting/archive_vetting.h"

namespace quartet {

absl::Status VetArchiveFile(std::istream& file) {
  // libtorch looks at the first bytes and loads a flatbuffer's program, though the file's end may
  // be that of an archive.
  if (torch::jit::getFileFormat(file) == torch::jit::FileFormat::FlatbufferFileFormat) {
    return absl::InvalidArgumentError("it is a flatbuffer");
  }
  caffe2::serialize::PyTorchStreamReader reader(&file);
  ArchiveRecords records;
  for (const std::string& name : reader.getAllRecords()) {
    records.sizes[name] = reader.getRecordSize(name);
  }
  records.read = [&reader](const std::string& name) {
    const auto [content, size] = reader.getRecord(name);
    return std::string(static_cast<const char*>(content.get()), size);
  };
  return VetArchive(records);
}

}  // namespace quartet
