"""Compares converted weights with the ONNX graph that they came from.

The later comparison with sentence-transformers reads the converted weights on both sides: a pair of
matrices swapped by the conversion would pass it. Here the original graph itself is the judge.
"""

import numpy as np
import onnx
import torch
from onnx.reference import ReferenceEvaluator

from quartet_model.bert_weights import Weights
from quartet_model.build_encoder import build_encoder
from quartet_model.errors import PreparationError
from quartet_model.sentence_folder import SentenceFolder

MAX_DIFFERENCE = 1e-4
_LENGTHS = (1, 4, 16)


def check_conversion(graph: onnx.ModelProto, folder: SentenceFolder, weights: Weights) -> None:
    evaluator = ReferenceEvaluator(graph)
    encoder = build_encoder(folder.shape, weights, folder.head)
    generator = np.random.default_rng(seed=1)
    for length in _LENGTHS:
        # Any ids will do: both sides must compute the same from them, words or not.
        token_ids = generator.integers(folder.shape.vocab_size, size=(1, length))
        inputs = {"input_ids": token_ids, "attention_mask": np.ones_like(token_ids)}
        outputs = evaluator.run(None, inputs)
        assert isinstance(outputs, list)  # not a dict: that is for intermediate results
        # The last output is the sentence vector; those before are what it was made from.
        wanted = np.asarray(outputs[-1])[0]
        with torch.inference_mode():
            found = encoder(torch.from_numpy(token_ids[0]), torch.tensor([length])).numpy()[0]
        difference = float(np.abs(found - wanted).max())
        if not difference <= MAX_DIFFERENCE:
            raise PreparationError(
                f"the converted weights give a vector that differs by {difference:.2e} from the "
                f"ONNX graph's; at most {MAX_DIFFERENCE:.0e} is allowed"
            )
