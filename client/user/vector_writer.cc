#include "user/vector_writer.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace quartet {
namespace {

// Nine digits tell any two floats apart.
std::string Numbers(std::span<const float> vector) {
  return absl::StrJoin(vector, ",", [](std::string* out, float value) {
    absl::StrAppendFormat(out, "%.9g", value);
  });
}

std::string Object(std::string_view text, std::span<const float> vector) {
  return absl::StrCat("{\"text\": ", nlohmann::json(text).dump(), ", \"embedding\": [",
                      Numbers(vector), "]}");
}

void WriteBytes(std::ostream& out, std::span<const float> vector) {
  out.write(reinterpret_cast<const char*>(vector.data()),
            static_cast<std::streamsize>(vector.size_bytes()));
}

class LinesOfJson final : public VectorWriter {
 public:
  explicit LinesOfJson(std::ostream& out) : out_(out) {}
  void Write(std::string_view text, std::span<const float> vector) override {
    out_ << Object(text, vector) << '\n';
  }

 private:
  std::ostream& out_;
};

class Json final : public VectorWriter {
 public:
  explicit Json(std::ostream& out) : out_(out) {}
  void Write(std::string_view text, std::span<const float> vector) override {
    out_ << separator_ << Object(text, vector);
    separator_ = ",\n";
  }
  void End() override { out_ << (separator_ == kFirst ? "[]\n" : "]\n"); }

 private:
  static constexpr std::string_view kFirst = "[";
  std::ostream& out_;
  std::string_view separator_ = kFirst;
};

class Csv final : public VectorWriter {
 public:
  explicit Csv(std::ostream& out) : out_(out) {}
  void Write(std::string_view /*text*/, std::span<const float> vector) override {
    out_ << Numbers(vector) << '\n';
  }

 private:
  std::ostream& out_;
};

class Floats final : public VectorWriter {
 public:
  explicit Floats(std::ostream& out) : out_(out) {}
  void Write(std::string_view /*text*/, std::span<const float> vector) override {
    WriteBytes(out_, vector);
  }

 private:
  std::ostream& out_;
};

class Npy final : public VectorWriter {
 public:
  explicit Npy(std::ostream& out) : out_(out) { out_ << NpyHeader(0, 0); }
  void Write(std::string_view /*text*/, std::span<const float> vector) override {
    WriteBytes(out_, vector);
    ++rows_;
    dimension_ = vector.size();
  }
  void End() override {
    out_.seekp(0);
    out_ << NpyHeader(rows_, dimension_);
    out_.seekp(0, std::ios::end);
  }

 private:
  std::ostream& out_;
  std::size_t rows_ = 0;
  std::size_t dimension_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<VectorWriter>> MakeVectorWriter(const std::string& format,
                                                               std::ostream& out) {
  if (format == "jsonl") return std::make_unique<LinesOfJson>(out);
  if (format == "json") return std::make_unique<Json>(out);
  if (format == "csv") return std::make_unique<Csv>(out);
  if (format == "f32") return std::make_unique<Floats>(out);
  if (format == "npy") return std::make_unique<Npy>(out);
  return absl::InvalidArgumentError(
      absl::StrCat("--format: is ", format, ", must be jsonl, json, csv, f32 or npy"));
}

std::string NpyHeader(std::size_t rows, std::size_t dimension) {
  constexpr std::size_t kSize = 128;
  std::string header("\x93NUMPY\x01\x00\x76\x00", 10);  // version 1.0; 118 bytes follow
  absl::StrAppend(&header, "{'descr': '<f4', 'fortran_order': False, 'shape': (", rows, ", ",
                  dimension, "), }");
  header.resize(kSize - 1, ' ');
  return header + '\n';
}

}  // namespace quartet
