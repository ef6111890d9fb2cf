#include "model/vetting/archive_vetting.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/vetting/pickled.h"

namespace quartet {
namespace {

using Archive = std::map<std::string, std::string>;

constexpr char kCode[] = "code/__torch__/quartet_model/packed_encoder.py";

absl::Status Vet(const Archive& archive) {
  ArchiveRecords records;
  for (const auto& [name, content] : archive) records.sizes[name] = content.size();
  records.read = [&archive](const std::string& name) { return archive.at(name); };
  return VetArchive(records);
}

Archive Ours() {
  const std::string object = Global("__torch__.quartet_model.packed_encoder", "PackedEncoder") +
                             ")\x81}(" + String("w") + Storage("FloatStorage", "0", 3) + "ub";
  return {{"data.pkl", Pickle(object)},
          {"constants.pkl", Pickle(")")},
          {"version", "3"},
          {"data/0", std::string(12, 'w')},
          {"extra/manifest.json", "{}"},
          {kCode,
           "class PackedEncoder(Module):\n"
           "  def forward(self, a: Tensor, b: Tensor) -> Tensor:\n"
           "    return (self.encoder).encode(a, b, )\n"}};
}

TEST_CASE("an archive of ours passes", "[vetting]") { CHECK(Vet(Ours()).ok()); }

TEST_CASE("one thing that is not ours makes an archive foreign, and is named", "[vetting]") {
  struct Row {
    std::string record;
    std::string content;
    const char* named;
  };
  const std::vector<Row> table = {
      {"model.json", "{}", "'model.json'"},
      {"data.pkl.debug_pkl", "", "'data.pkl.debug_pkl'"},
      {"DATA.PKL", "", "'DATA.PKL'"},
      {"data/../x", "", "'data/../x'"},
      {"code/__torch__.py", "def forward():\n  return torch.from_file(\"/etc/passwd\")\n",
       "code/__torch__.py calls 'torch.from_file'"},
      {kCode, "class M(Module):\n  def __setstate__(self, s):\n    pass\n", "'def __setstate__'"},
      {kCode, "def forward(self):\n  (torch.save)(self)\n", "packed_encoder.py calls what ends"},
      {"data.pkl", Pickle(Global("os", "system")), "'os system'"},
      {"data.pkl", Pickle(Global("__torch__.torch.classes.quantized", "LinearPackedParamsBase")),
       "quantized LinearPackedParamsBase"},
      {"constants.pkl", Pickle(Global("os", "system")), "constants.pkl makes use of"},
      {"data.pkl", "", "data.pkl is cut short"},
      // What libtorch 2.13 would read beyond the end of a record, without a word.
      {"data.pkl", Pickle(Storage("FloatStorage", "0", 100)), "a tensor of 100 elements in data/0"},
      {"data.pkl", Pickle(Storage("FloatStorage", "1", 3)), "in data/1"},
      {"data.pkl", Pickle(Storage("DoubleStorage", "0", 3)), "'torch DoubleStorage'"},
  };
  for (const Row& row : table) {
    INFO(row.named);
    Archive archive = Ours();
    archive[row.record] = row.content;
    const absl::Status vetted = Vet(archive);
    CHECK(vetted.code() == absl::StatusCode::kInvalidArgument);
    CHECK_THAT(std::string(vetted.message()), Catch::Contains(row.named));
    CHECK_THAT(std::string(vetted.message()), !Catch::Contains("\n"));
  }
}

TEST_CASE("without its pickles it is no model", "[vetting]") {
  for (const char* record : {"data.pkl", "constants.pkl"}) {
    Archive archive = Ours();
    archive.erase(record);
    CHECK_FALSE(Vet(archive).ok());
  }
}

}  // namespace
}  // namespace quartet
