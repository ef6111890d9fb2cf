// For processors that no loops of the fused encoder are written for (ARM64).
#include "model/encoder/fused_path.h"

namespace quartet {

std::unique_ptr<EncoderPath> FusedEncoderPath(EncoderState& /*state*/) { return nullptr; }

}  // namespace quartet
