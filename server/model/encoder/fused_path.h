// The fused encoder as one of the ways to compute vectors.
#ifndef QUARTET_MODEL_ENCODER_FUSED_PATH_H_
#define QUARTET_MODEL_ENCODER_FUSED_PATH_H_

#include <memory>

#include "model/encoder/encoder_path.h"
#include "model/encoder/encoder_state.h"

namespace quartet {

// The best fused encoder for such weights on this CPU, which takes the state; or null, if it has
// none, and the state stays. Throws c10::Error if QUARTET_MAX_ISA is none of its values.
std::unique_ptr<EncoderPath> FusedEncoderPath(EncoderState& state);

}  // namespace quartet

#endif  // QUARTET_MODEL_ENCODER_FUSED_PATH_H_
